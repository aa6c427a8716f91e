/// Counts the lines that were left out, and says when to tell their number: a second after the first, and while it goes on
/// each time after twice as long as before, up to a minute.
package struct LeftOutLines {
    private static let shortestPause: Milliseconds = 1000

    private let longestPause: Milliseconds
    private var pause: Milliseconds = 0
    private var told: Milliseconds?
    private var lines = Counter()
    /// Lines whose number is still to be told.
    package var count: Int { Int(clamping: lines.unreported) }
    /// When to tell how many they are; nil while there are none.
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

    /// Their number, to be told now; nil if it is not time, or if there are none.
    package mutating func take(now: Milliseconds) -> Int? {
        guard let moment = nextTelling, moment <= now else { return nil }
        (nextTelling, told) = (nil, now)
        return Int(clamping: lines.report())
    }
}
