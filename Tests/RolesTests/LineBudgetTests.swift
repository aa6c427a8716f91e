import Linux
import Testing

@testable import Roles

/// A budget behind a reference, so that it can be asked within an expectation.
private final class Budget {
    private var state: LineBudget
    init(_ state: LineBudget) { self.state = state }
    var leftOut: Int { state.leftOut }
    func take(now: Milliseconds) -> Bool { state.take(now: now) }
    func takeLeftOut(now: Milliseconds) -> Int? { state.takeLeftOut(now: now) }

    /// How many lines may be told at one moment, out of `asked`.
    func taken(of asked: Int, now: Milliseconds) -> Int { (0..<asked).count { _ in take(now: now) } }
}

struct LineBudgetTests {
    @Test func aBurstIsToldAndTheRestIsCounted() {
        let budget = Budget(LineBudget(burst: 10, perSecond: 2))
        #expect(budget.taken(of: 25, now: 0) == 10)
        #expect(budget.leftOut == 15)
    }

    @Test func withoutNumbersABurstIs256AndASecond64() {
        let budget = Budget(LineBudget())
        #expect(budget.taken(of: 1000, now: 50) == 256)
        #expect(budget.taken(of: 1000, now: 1050) == 64)
        #expect(budget.leftOut == 744 + 936)
    }

    @Test(arguments: [(499, 0), (500, 1), (999, 1), (1000, 2), (2500, 5), (5000, 10), (3_600_000, 10)])
    func timeBringsLinesBackUpToTheBurst(passed: Milliseconds, lines: Int) {
        let budget = Budget(LineBudget(burst: 10, perSecond: 2))
        _ = budget.taken(of: 10, now: 1000)
        #expect(budget.taken(of: 100, now: 1000 + passed) == lines)
    }

    @Test func smallStepsLoseNothing() {
        let budget = Budget(LineBudget(burst: 10, perSecond: 2))
        _ = budget.taken(of: 10, now: 0)
        let told = (1...3000).count { budget.take(now: $0) }
        #expect(told == 6)
    }

    @Test func aClockThatStepsBackGivesNothing() {
        let budget = Budget(LineBudget(burst: 1, perSecond: 1))
        #expect(budget.take(now: 10_000))
        #expect(!budget.take(now: 0))
        #expect(!budget.take(now: 10_999))
        #expect(budget.take(now: 11_000))
    }

    @Test func aLongPauseNeverOverflows() {
        let budget = Budget(LineBudget())
        _ = budget.taken(of: 300, now: 0)
        #expect(budget.taken(of: 300, now: .max) == 256)
    }

    @Test func theCountIsToldASecondAfterTheFirstLineLeftOut() {
        let budget = Budget(LineBudget(burst: 10, perSecond: 2))
        #expect(budget.takeLeftOut(now: 0) == nil, "nothing was left out yet")
        _ = budget.taken(of: 15, now: 0)
        #expect(budget.takeLeftOut(now: 999) == nil)
        #expect(budget.takeLeftOut(now: 1000) == 5)
        #expect(budget.leftOut == 0)
        #expect(budget.takeLeftOut(now: 9000) == nil)
    }

    @Test func whatOthersLeftOutIsToldWithTheRest() {
        var budget = LineBudget(burst: 1, perSecond: 1)
        budget.leaveOut(40, now: 0)
        budget.leaveOut(.max, now: 10)
        let early = budget.takeLeftOut(now: 999)
        let told = budget.takeLeftOut(now: 1000)
        #expect(early == nil)
        #expect(told == .max)
    }

    @Test func theCountIsToldEachSecondOfAFlood() {
        let budget = Budget(LineBudget(burst: 1, perSecond: 1))
        let told = (0..<10_000 as Range<Milliseconds>).compactMap { now -> Int? in
            _ = budget.take(now: now)
            return budget.takeLeftOut(now: now)
        }
        #expect((9...10).contains(told.count))
    }
}
