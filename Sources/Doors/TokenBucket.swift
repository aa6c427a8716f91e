package import Linux

/// How often something may be done: a burst, then so many times a second.
package struct TokenBucket {
    private let burst: Int
    private let perSecond: Int
    /// In thousandths.
    private var credit: Int
    private var asked: Milliseconds = 0

    package init(burst: Int, perSecond: Int) {
        self.burst = burst
        self.perSecond = perSecond
        credit = burst * 1000
    }

    package init(_ limit: RateLimit) {
        self.init(burst: limit.burst, perSecond: limit.perSecond)
    }

    /// Whether it may be done once more.
    package mutating func take(now: Milliseconds) -> Bool {
        let passed = min(max(now - asked, 0), 3_600_000)
        credit = min(credit + Int(passed) * perSecond, burst * 1000)
        asked = max(now, asked)
        guard credit >= 1000 else { return false }
        credit -= 1000
        return true
    }
}
