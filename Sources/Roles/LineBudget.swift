import Doors
import Linux

/// How many lines strangers may cause: a burst, then so many a second. What is over is counted.
struct LineBudget {
    private static let tellingPause: Milliseconds = 1000

    private var bucket: TokenBucket
    /// Lines left out that nobody was told of yet.
    private(set) var leftOut = 0
    /// When to tell how many were left out; nil while none were.
    private(set) var nextTelling: Milliseconds?

    init(burst: Int = 256, perSecond: Int = 64) {
        bucket = TokenBucket(burst: burst, perSecond: perSecond)
    }

    /// Whether one more line may be told; if not, it counts as left out.
    mutating func take(now: Milliseconds) -> Bool {
        if bucket.take(now: now) { return true }
        leaveOut(now: now)
        return false
    }

    /// Counts lines that were left out for another reason, or by somebody else.
    mutating func leaveOut(_ count: Int = 1, now: Milliseconds) {
        leftOut = min(leftOut, .max - count) + count
        nextTelling = nextTelling ?? min(now, .max - Self.tellingPause) + Self.tellingPause
    }

    /// The number of lines left out, to be told now: at most once a second, and nil if there are none.
    mutating func takeLeftOut(now: Milliseconds) -> Int? {
        guard let moment = nextTelling, moment <= now else { return nil }
        defer {
            leftOut = 0
            nextTelling = nil
        }
        return leftOut
    }
}
