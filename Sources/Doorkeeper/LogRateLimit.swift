import Base
import Doors

/// Limits the lines of each kind to a burst and then a rate, and counts the lines over it.
///
/// So no stranger, key's holder or door's sequence can fill the disk or hide what others do.
struct LogRateLimit {
    private var buckets = FadingTable<LineKind, TokenBucket>(time: DoorkeeperLimits.linesKept)
    private(set) var leftOut = LeftOutLines()

    /// Takes one line of a kind from its budget. If the budget is used up, the line is counted as dropped.
    mutating func take(_ kind: LineKind, now: Milliseconds) -> Bool {
        buckets.turn(now: now)
        var bucket = buckets[kind] ?? kind.full
        defer { buckets.write(bucket, for: kind) }
        if bucket.take(now: now) { return true }
        leaveOut(now: now)
        return false
    }

    /// Counts lines that were dropped elsewhere.
    mutating func leaveOut(_ count: Int = 1, now: Milliseconds) { leftOut.add(count, now: now) }

    /// Returns the number of dropped lines; nil if there are none, or if it is not time to report them.
    mutating func takeLeftOut(now: Milliseconds) -> Int? { leftOut.take(now: now) }
}
