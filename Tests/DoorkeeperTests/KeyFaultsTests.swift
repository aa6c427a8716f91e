import Testing

@testable import Doorkeeper

struct KeyFaultsTests {
    private static let hour: Int64 = 3_600_000

    @Test func aFaultIsToldAtOnceAndOnceAnHourUntilItIsGone() {
        var faults = KeyFaults()
        #expect(faults.take(["b", "a", "b"], now: 0) == ["b", "a"])
        #expect(faults.take(["a", "b"], now: 10) == [])
        #expect(faults.takeDue(now: Self.hour - 1) == [])
        #expect(faults.nextDue == Self.hour)
        #expect(faults.takeDue(now: Self.hour) == ["a", "b"])
        #expect(faults.takeDue(now: Self.hour) == [])
        #expect(faults.take(["a", "c"], now: Self.hour + 5) == ["c"])
        #expect(faults.takeDue(now: 2 * Self.hour) == ["a"])
        #expect(faults.take([], now: 2 * Self.hour) == [])
        #expect(faults.nextDue == nil)
        #expect(faults.take(["a"], now: 3 * Self.hour) == ["a"], "it has come back")
    }

    @Test func oneMoreFaultIsToldOnce() {
        var faults = KeyFaults()
        #expect(faults.add("a", now: 0) == true)
        #expect(faults.add("a", now: 1) == false)
        #expect(faults.takeDue(now: Self.hour) == ["a"])
    }
}
