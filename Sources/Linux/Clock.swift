package import Base
import CLinux
import Glibc

/// The kernel's clocks. The pure modules never call them: they are given the time.
package enum Clock {
    /// Time that clock settings do not change, and that stands still while the machine is suspended. For sequences.
    package static func monotonic() -> Milliseconds { read(CLOCK_MONOTONIC) }

    /// Time since boot, including suspended time. For deadlines of openings.
    package static func sinceBoot() -> Milliseconds { read(CLOCK_BOOTTIME) }

    /// Seconds since 1970; the clock can be set. time(2) can be some milliseconds behind `wallMilliseconds`, so the two
    /// would disagree at the start of a second.
    package static func wallSeconds() -> Int { Int(read(CLOCK_REALTIME) / 1000) }

    /// Milliseconds since 1970, for the timestamps of signed knocks; 0 if the clock is before 1970. The clock can be
    /// set.
    package static func wallMilliseconds() -> UInt64 { UInt64(max(read(CLOCK_REALTIME), 0)) }

    /// The same moment on two clocks, in milliseconds.
    package struct Moment: Equatable, Sendable {
        /// Since 1970; the clock can be set.
        package let wall: Milliseconds
        /// Since boot, including suspended time.
        package let sinceBoot: Milliseconds

        package init(wall: Milliseconds, sinceBoot: Milliseconds) {
            self.wall = wall
            self.sinceBoot = sinceBoot
        }
    }

    /// The current moment on both clocks. If the process was delayed between the two readings, it reads again, up to
    /// four times.
    package static func moment() -> Moment {
        for _ in 0..<4 {
            let before = sinceBoot()
            let wall = read(CLOCK_REALTIME)
            if sinceBoot() - before < 10 { return Moment(wall: wall, sinceBoot: before) }
        }
        return Moment(wall: read(CLOCK_REALTIME), sinceBoot: sinceBoot())
    }

    private static func read(_ clock: clockid_t) -> Milliseconds {
        var now = timespec()
        _ = unsafe clock_gettime(clock, &now)
        return Milliseconds(now.tv_sec) * 1000 + Milliseconds(now.tv_nsec) / 1_000_000
    }

    /// Waits at least this long, even if signals arrive; returns at once if the span is not positive.
    package static func pause(_ span: Milliseconds) {
        guard span > 0 else { return }
        var rest = timespec(tv_sec: Int(span / 1000), tv_nsec: Int(span % 1000) * 1_000_000)
        var left = rest
        while unsafe nanosleep(&rest, &left) == -1, linux_errno() == EINTR { rest = left }
    }

    /// `YYYY-MM-DD HH:MM` in local time, as knockd writes it before each line of its log file.
    package static func localMinute(_ wallSeconds: Int) -> String {
        let parts = unsafe local(wallSeconds)
        let date = unsafe [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map(twoDigits)
        let hour = unsafe [Int(parts.tm_hour), Int(parts.tm_min)].map(twoDigits)
        return date.joined(separator: "-") + " " + hour.joined(separator: ":")
    }

    /// `YYYY-MM-DD HH:MM:SS` in local time.
    package static func localSecond(_ wallSeconds: Int) -> String {
        let second = unsafe Int(local(wallSeconds).tm_sec)
        return "\(localMinute(wallSeconds)):\(twoDigits(second))"
    }

    /// `HH:MM:SS` in local time.
    package static func localTime(_ wallSeconds: Int) -> String { String(localSecond(wallSeconds).suffix(8)) }

    /// `YYYY-MM-DD HH:MM:SS.mmm` in local time.
    package static func localMillisecond(_ sinceEpoch: Milliseconds) -> String {
        let thousandths = 1000 + sinceEpoch % 1000
        return "\(localSecond(Int(sinceEpoch / 1000))).\(String(thousandths).dropFirst())"
    }

    @unsafe
    private static func local(_ wallSeconds: Int) -> tm {
        var seconds = wallSeconds
        var parts = unsafe tm()
        _ = unsafe localtime_r(&seconds, &parts)
        return unsafe parts
    }

    static func twoDigits(_ number: Int) -> String { Decimal.text(Int64(number), digits: 2) }
}
