import Base
import Doors

/// How many lines of each kind are written: a burst, then a few. What is over is counted.
///
/// So neither a stranger, nor a key's holder, nor one door's sequence can fill the disk or hide what others do.
struct LogRateLimit {
    private var buckets = FadingTable<LineKind, TokenBucket>(time: DoorkeeperLimits.linesKept)
    private(set) var leftOut = LeftOutLines()

    /// Whether one more line of a kind may be written; if not, it counts as left out.
    mutating func take(_ kind: LineKind, now: Milliseconds) -> Bool {
        buckets.turn(now: now)
        var bucket = buckets[kind] ?? kind.full
        defer { buckets.write(bucket, for: kind) }
        if bucket.take(now: now) { return true }
        leaveOut(now: now)
        return false
    }

    /// Counts lines that were left out for another reason, or by somebody else.
    mutating func leaveOut(_ count: Int = 1, now: Milliseconds) { leftOut.add(count, now: now) }

    /// The number of lines left out, to be told now; nil if it is not time, or if there are none.
    mutating func takeLeftOut(now: Milliseconds) -> Int? { leftOut.take(now: now) }
}
