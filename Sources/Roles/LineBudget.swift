import Linux

/// How many lines strangers may cause: a burst, then so many a second. What is over is counted.
struct LineBudget {
    private let burst: Int
    private let perSecond: Int
    /// In thousandths of a line.
    private var credit: Int
    private var asked: Milliseconds = 0
    /// Lines left out that nobody was told of yet.
    private(set) var leftOut = 0

    init(burst: Int = 256, perSecond: Int = 64) {
        self.burst = burst
        self.perSecond = perSecond
        credit = burst * 1000
    }

    /// Whether one more line may be told; if not, it counts as left out.
    mutating func take(now: Milliseconds) -> Bool {
        refill(now)
        guard credit >= 1000 else {
            leftOut += 1
            return false
        }
        credit -= 1000
        return true
    }

    /// The number of lines left out, to be told now; nil if there are none, or no line can be told yet.
    mutating func takeLeftOut(now: Milliseconds) -> Int? {
        refill(now)
        guard leftOut > 0, credit >= 1000 * min(perSecond, burst) else { return nil }
        credit -= 1000
        defer { leftOut = 0 }
        return leftOut
    }

    private mutating func refill(_ now: Milliseconds) {
        let passed = min(max(now - asked, 0), 3_600_000)
        credit = min(credit + Int(passed) * perSecond, burst * 1000)
        asked = max(now, asked)
    }
}
