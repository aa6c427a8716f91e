import CLinux
import Glibc

/// The system log, as Debian's knockd uses it: facility daemon, priority notice, no process id.
///
/// syslog(3) waits if /dev/log is not read; here the line is dropped.
package final class Syslog {
    private static let daemonNotice = 29
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private let path: String
    private var socket: Descriptor?

    package init(path: String = "/dev/log") {
        self.path = path
    }

    /// Writes one line with its time, in seconds since 1970; false if it was not accepted.
    @discardableResult
    package func write(_ line: String, at wallSeconds: Int = Clock.wallSeconds()) -> Bool {
        let bytes = Array("<\(Self.daemonNotice)>\(Self.stamp(wallSeconds)) knockd: \(line)".utf8)
        // The log's daemon may have been restarted since.
        return send(bytes) || connect() && send(bytes)
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        guard let socket else { return false }
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        return unsafe bytes.withUnsafeBytes {
            unsafe Glibc.send(socket.number, $0.baseAddress, $0.count, flags) == $0.count
        }
    }

    private func connect() -> Bool {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(AF_UNIX, kind, 0)
        guard number >= 0 else { return false }
        let socket = Descriptor(owning: number)
        guard unsafe linux_connect_unix(number, path) == 0 else { return false }
        self.socket = socket
        return true
    }

    /// The local time in syslog(3)'s form: `Nov  2 17:04:05`.
    private static func stamp(_ wallSeconds: Int) -> String {
        var seconds = wallSeconds
        var parts = unsafe tm()
        _ = unsafe localtime_r(&seconds, &parts)
        let month = unsafe months[Int(parts.tm_mon)]
        let day = unsafe parts.tm_mday
        let time = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Clock.twoDigits(Int($0)) }
        return "\(month) \(day < 10 ? " " : "")\(day) \(time.joined(separator: ":"))"
    }
}
