/// How often something may be done: a burst, then so many times in so long.
package struct TokenBucket {
    private let burst: Int
    /// How many come back in `interval`.
    private let count: Int
    private let interval: Milliseconds
    /// From empty to full.
    package let refillTime: Milliseconds
    /// Each that may be done is worth `interval`.
    private var credit: Int
    private var asked: Milliseconds = 0

    /// - Parameter count: how many come back in `interval`, from 1 on.
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

    /// Whether it may be done once more; nothing is taken.
    package func canTake(now: Milliseconds) -> Bool { credit(at: now) >= Int(interval) }

    /// Whether it may be done once more.
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
