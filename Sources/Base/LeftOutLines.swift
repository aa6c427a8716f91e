/// Counts omitted log lines and decides when to report their number.
///
/// The first report is due one second after the first omitted line. While lines keep being omitted, each interval is
/// twice the one before, up to `longestPause`.
package struct LeftOutLines {
    private static let shortestPause: Milliseconds = 1000

    private let longestPause: Milliseconds
    private var pause: Milliseconds = 0
    private var told: Milliseconds?
    private var lines = Counter()
    /// Omitted lines not reported yet.
    package var count: Int { Int(clamping: lines.unreported) }
    /// When to report them; nil while there are none.
    package private(set) var nextTelling: Milliseconds?

    package init(longestPause: Milliseconds = 60_000) {
        self.longestPause = longestPause
    }

    package mutating func add(_ more: Int = 1, now: Milliseconds) {
        lines.add(UInt64(more))
        guard nextTelling == nil else { return }
        let goesOn = told.map { now - $0 < 2 * pause } ?? false
        pause = goesOn ? min(2 * pause, longestPause) : Self.shortestPause
        nextTelling = min(now, .max - pause) + pause
    }

    /// The number to report now; nil if the report is not due yet or no line was omitted.
    package mutating func take(now: Milliseconds) -> Int? {
        guard let moment = nextTelling, moment <= now else { return nil }
        (nextTelling, told) = (nil, now)
        return Int(clamping: lines.report())
    }
}
