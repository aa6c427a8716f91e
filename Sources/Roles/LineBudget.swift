import Linux

/// How many lines strangers may cause: a burst, then so many a second. What is over is counted.
struct LineBudget {
    private static let tellingPause: Milliseconds = 1000

    private let burst: Int
    private let perSecond: Int
    /// In thousandths of a line.
    private var credit: Int
    private var asked: Milliseconds = 0
    /// Lines left out that nobody was told of yet.
    private(set) var leftOut = 0
    /// When to tell how many were left out; nil while none were.
    private(set) var nextTelling: Milliseconds?

    init(burst: Int = 256, perSecond: Int = 64) {
        self.burst = burst
        self.perSecond = perSecond
        credit = burst * 1000
    }

    /// Whether one more line may be told; if not, it counts as left out.
    mutating func take(now: Milliseconds) -> Bool {
        refill(now)
        guard credit >= 1000 else {
            leaveOut(now: now)
            return false
        }
        credit -= 1000
        return true
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

    private mutating func refill(_ now: Milliseconds) {
        let passed = min(max(now - asked, 0), 3_600_000)
        credit = min(credit + Int(passed) * perSecond, burst * 1000)
        asked = max(now, asked)
    }
}
