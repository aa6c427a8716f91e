import Base
import Linux
import Testing

struct DeadlineTimerTests {
    private let timer: DeadlineTimer

    init() throws {
        timer = try DeadlineTimer()
    }

    private func wakes(within timeout: Milliseconds) -> Bool {
        Poller.wait([Poller.Interest(timer.descriptor.number)], timeout: timeout) == [true]
    }

    @Test func withoutADeadlineItNeverWakes() {
        #expect(!wakes(within: 0))
        timer.set(nil)
        #expect(!wakes(within: 0))
    }

    @Test(arguments: [Milliseconds.min, -1, 0, 1])
    func aMomentThatHasPassedWakesAtOnce(deadline: Milliseconds) {
        timer.set(deadline)
        #expect(wakes(within: 5000))
    }

    @Test func aDeadlineIsNotReachedBeforeItsTime() {
        let deadline = Clock.sinceBoot() + 30
        timer.set(deadline)
        #expect(wakes(within: 5000))
        #expect(Clock.sinceBoot() >= deadline)
    }

    @Test func onceAcknowledgedItWaitsAgain() {
        timer.set(1)
        #expect(wakes(within: 5000))
        timer.acknowledge()
        #expect(!wakes(within: 0))
        timer.acknowledge()
        timer.set(1)
        #expect(wakes(within: 5000))
    }

    @Test func aNewDeadlineReplacesTheOld() {
        timer.set(1)
        timer.set(Clock.sinceBoot() + 3_600_000)
        #expect(!wakes(within: 0))
        timer.set(1)
        timer.set(nil)
        #expect(!wakes(within: 0))
    }

    @Test func aDeadlineBeyondAllTimeIsFarAway() {
        timer.set(.max)
        #expect(!wakes(within: 0))
    }
}
