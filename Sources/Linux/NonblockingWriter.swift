import CLinux
import Glibc

/// How to write to a descriptor without waiting.
///
/// To ask poll(2) first is not enough: whoever else writes there may be faster, such as a command that has the daemon's
/// standard output. To make the descriptor itself non-blocking would make it so for all who share it.
enum NonblockingWriter {
    /// A pipe or a device, opened once more.
    case anew(Descriptor)
    case socket(Int32)
    case file(Int32)
    /// What cannot be opened once more, and may make us wait.
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
            // It may be another user's, from whose shell the daemon was started.
            return .anew(
                try Capabilities.use { () throws(SystemError) in
                    try Descriptor.open("/proc/self/fd/\(number)", flags)
                })
        } catch {
            // A named pipe that nobody reads. All else is that there is no /proc, or that it lets us not.
            return error.code == ENXIO ? .closed : .polled(number)
        }
    }

    /// As write(2); what is not possible now is an error.
    func write(_ bytes: ArraySlice<UInt8>) -> Int {
        switch self {
        case .anew(let descriptor): Self.write(bytes, descriptor.number)
        case .socket(let number):
            unsafe bytes.withUnsafeBytes {
                unsafe send(number, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
            }
        case .file(let number): Self.write(bytes, number)
        case .polled(let number):
            // What poll(2) calls writable takes that much at least without waiting (pipe(7)).
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
