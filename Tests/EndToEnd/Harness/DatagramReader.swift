import Foundation
import Glibc

/// A datagram socket at a path, like that of a service manager or a system log, with all that it has received.
final class DatagramReader {
    private let descriptor: Int32
    private var received = ""

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout<sockaddr_un>.size - 2
        guard descriptor >= 0, bytes.count < room else {
            throw HarnessError("no socket at \(path)")
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw HarnessError("cannot bind \(path), error \(errno)") }
    }

    deinit { close(descriptor) }

    /// All datagrams received so far, one after the other.
    var text: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return received }
            received += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}
