import Base
import Glibc
import Linux
import Testing

/// One after the other: some of them tell the kernel that the clock was set, and it tells all.
@Suite(.serialized) struct ClockWatchTests {
    private let watch: ClockWatch

    init() throws {
        watch = try ClockWatch()
    }

    private func wakes(within timeout: Milliseconds) -> Bool {
        Poller.wait([Poller.Interest(watch.descriptor.number)], timeout: timeout) == [true]
    }

    /// Sets the clock forward by one nanosecond, which only root may; the kernel tells that as it tells any other setting.
    ///
    /// adjtimex(2), which Swift's Glibc module does not show: struct timex begins with its modes, here ADJ_SETOFFSET and
    /// ADJ_NANO; at byte 80 it has the nanoseconds.
    private static func setClockALittle() -> Bool {
        guard let call = unsafe dlsym(nil, "adjtimex") else { return false }
        typealias Adjust = @convention(c) (UnsafeMutableRawPointer) -> Int32
        var change = [UInt64](repeating: 0, count: 64)
        change[0] = 0x100 | 0x2000
        change[10] = 1
        return unsafe unsafeBitCast(call, to: Adjust.self)(&change) >= 0
    }

    @Test func withoutAMomentItDoesNotWake() {
        #expect(!wakes(within: 0))
        watch.set(nil)
        #expect(!wakes(within: 0))
    }

    @Test(arguments: [0, 1, 1_000_000] as [UInt64])
    func aMomentThatHasPassedWakesAtOnce(moment: UInt64) {
        watch.set(moment)
        #expect(wakes(within: 5000))
        #expect(!watch.acknowledge(), "the clock was not set")
        #expect(!wakes(within: 0))
    }

    @Test func aMomentIsNotReachedBeforeItsTime() {
        let moment = Clock.wallMilliseconds() + 30
        watch.set(moment)
        #expect(wakes(within: 5000))
        #expect(Clock.wallMilliseconds() >= moment)
    }

    @Test func aNewMomentReplacesTheOld() {
        watch.set(1)
        watch.set(Clock.wallMilliseconds() + 3_600_000)
        #expect(!wakes(within: 0))
        watch.set(1)
        watch.set(nil)
        #expect(!wakes(within: 0))
    }

    @Test func aMomentBeyondAllTimeIsFarAway() {
        watch.set(.max)
        #expect(!wakes(within: 0))
    }

    @Test(.enabled(if: setClockALittle()), arguments: [nil, 3_600_000] as [UInt64?])
    func itWakesWhenTheClockIsSet(span: UInt64?) {
        watch.set(span.map { Clock.wallMilliseconds() + $0 })
        #expect(!wakes(within: 0))
        #expect(Self.setClockALittle())
        #expect(wakes(within: 5000))
        #expect(watch.acknowledge())
        #expect(!watch.acknowledge(), "told once")
        #expect(!wakes(within: 0))
        #expect(Self.setClockALittle())
        #expect(wakes(within: 5000), "and again the next time")
        #expect(watch.acknowledge())
    }

    @Test(.enabled(if: setClockALittle()))
    func aClockThatIsSetBeforeTheNextMomentIsStillTold() {
        #expect(Self.setClockALittle())
        #expect(wakes(within: 5000))
        watch.set(Clock.wallMilliseconds() + 3_600_000)
        #expect(wakes(within: 5000))
        #expect(watch.acknowledge())
        watch.set(nil)
        #expect(!wakes(within: 0))
    }
}
