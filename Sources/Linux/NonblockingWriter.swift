import CLinux
import Glibc

/// Writes to a descriptor without waiting.
///
/// Asking poll(2) first is not enough: another writer may be faster, such as a command that has the daemon's standard
/// output. Making the descriptor itself non-blocking would affect all processes that share it.
enum NonblockingWriter {
    /// A pipe or a device, opened again as non-blocking.
    case anew(Descriptor)
    case socket(Int32)
    case file(Int32)
    /// A descriptor that cannot be opened again; writing to it could wait.
    case polled(Int32)
    case closed

    init(_ number: Int32) {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else {
            self = .closed
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFIFO, S_IFCHR: self = .again(number)
        case S_IFSOCK: self = .socket(number)
        default: self = .file(number)
        }
    }

    private static func again(_ number: Int32) -> Self {
        do {
            let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY
            // It may belong to the user from whose shell the daemon was started.
            return .anew(
                try Capabilities.use { () throws(SystemError) in
                    try Descriptor.open("/proc/self/fd/\(number)", flags)
                })
        } catch {
            // ENXIO is a named pipe without a reader. Any other error means no /proc, or no permission.
            return error.code == ENXIO ? .closed : .polled(number)
        }
    }

    /// As write(2), but fails instead of waiting.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        switch self {
        case .anew(let descriptor): Self.write(bytes, descriptor.number)
        case .socket(let number):
            unsafe bytes.withUnsafeBytes {
                unsafe send(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
        case .file(let number): Self.write(bytes, number)
        case .polled(let number):
            // A descriptor that poll(2) calls writable accepts this much without waiting (pipe(7)).
            Self.isWritable(number) ? Self.write(bytes.prefix(Int(PIPE_BUF)), number) : 0
        case .closed: 0
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, _ number: Int32) -> Int {
        unsafe bytes.withUnsafeBytes { unsafe Glibc.write(number, $0.baseAddress, $0.count) }
    }

    private static func isWritable(_ number: Int32) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLOUT) != 0
    }
}
