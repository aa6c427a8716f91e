package import Base
import CLinux
import CPcap
import Glibc

/// A file of captured packets, in any format that libpcap reads: pcap and pcapng.
@safe
package final class CaptureFile {
    /// Why a file cannot be read, or not completely, in libpcap's words.
    package struct ReadError: Error, CustomStringConvertible {
        package let description: String
    }

    /// The last millisecond of the year 9999; later times in a file are read as this one.
    private static let latest = Milliseconds(253_402_300_799_999)

    private let handle: OpaquePointer
    private let path: String
    /// libpcap's link type of all frames in the file (pcap-linktype(7)).
    package let linkType: Int32

    /// Opens a file; `-` is standard input.
    package init(_ path: String) throws(ReadError) {
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = unsafe pcap_open_offline(path, &message) else {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw ReadError(description: text.hasPrefix("\(path):") ? text : "\(path): \(text)")
        }
        unsafe self.handle = handle
        self.path = path
        linkType = unsafe pcap_datalink(handle)
    }

    deinit {
        unsafe pcap_close(handle)
    }

    /// libpcap's name of a link type, such as IEEE802_11, or its number.
    package static func name(ofLinkType number: Int32) -> String {
        guard let name = unsafe pcap_datalink_val_to_name(number) else { return "\(number)" }
        return unsafe String(cString: name)
    }

    /// Calls `body` for each packet in the order of the file, with its capture time in milliseconds since 1970 and its
    /// captured bytes. If the file is damaged or ends within a packet, it throws after all packets before that point.
    package func forEach(_ body: (Milliseconds, RawSpan) -> Void) throws(ReadError) {
        while true {
            var header: UnsafeMutablePointer<pcap_pkthdr>?
            var bytes: UnsafePointer<UInt8>?
            let status = unsafe pcap_next_ex(handle, &header, &bytes)
            if status == PCAP_ERROR_BREAK { return }
            guard status == 1, let header = unsafe header, let bytes = unsafe bytes else {
                throw ReadError(description: "\(path): \(unsafe String(cString: pcap_geterr(handle)))")
            }
            let captured = Int(unsafe header.pointee.caplen)
            let moment = Self.milliseconds(unsafe header.pointee.ts.tv_sec, unsafe header.pointee.ts.tv_usec)
            body(moment, unsafe UnsafeRawBufferPointer(start: bytes, count: captured).bytes)
        }
    }

    /// A file may contain any time: times before 1970 are read as 1970.
    private static func milliseconds(_ seconds: Int, _ microseconds: Int) -> Milliseconds {
        let seconds = min(max(seconds, 0), Int(latest) / 1000)
        let rest = min(max(microseconds, 0), 999_999) / 1000
        return Milliseconds(seconds * 1000 + rest)
    }
}
