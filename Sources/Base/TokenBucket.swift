/// A token bucket: a burst, then `count` uses for each `interval`.
package struct TokenBucket {
    private let burst: Int
    /// Uses regained in each `interval`.
    private let count: Int
    private let interval: Milliseconds
    /// The time from empty to full.
    package let refillTime: Milliseconds
    /// The current credit; one use costs `interval`.
    private var credit: Int
    private var asked: Milliseconds = 0

    /// - Parameter count: uses regained in each `interval`; at least 1.
    package init(burst: Int, count: Int, in interval: Milliseconds) {
        self.burst = burst
        self.count = count
        self.interval = interval
        credit = burst * Int(interval)
        refillTime = Milliseconds((credit + count - 1) / count)
    }

    package init(burst: Int, perSecond: Int) {
        self.init(burst: burst, count: perSecond, in: 1000)
    }

    /// Whether a use is allowed now; takes no credit.
    package func canTake(now: Milliseconds) -> Bool { credit(at: now) >= Int(interval) }

    /// Takes one use; false if none is left.
    package mutating func take(now: Milliseconds) -> Bool {
        credit = credit(at: now)
        asked = max(now, asked)
        guard credit >= Int(interval) else { return false }
        credit -= Int(interval)
        return true
    }

    private func credit(at now: Milliseconds) -> Int {
        let passed = max(now - asked, 0)
        let full = burst * Int(interval)
        return passed >= refillTime ? full : min(credit + Int(passed) * count, full)
    }
}
