import Base
import Events
import Linux
import Packets
import Testing

@testable import Doorkeeper

/// The timers, and what follows from a capture that fails. What there is to capture is in `CaptureInterfacesTests`.
struct InterfaceKeeperTests {
    private static func interface(isUp: Bool = true) -> NetworkInterface {
        NetworkInterface(
            name: "eth0", index: 2, isUp: isUp, isLoopback: false,
            addresses: ["198.18.9.9"].compactMap { AddressText.parse($0) })
    }

    /// One that listens on eth0.
    private func listening() -> InterfaceKeeper {
        var keeper = InterfaceKeeper(named: ["eth0"])
        _ = keeper.isLookDue(now: 0)
        _ = keeper.update([Self.interface()], defaultRoutes: [], others: [])
        keeper.listenerStarted()
        _ = keeper.listenerReady()
        return keeper
    }

    private static let failure = Event.interface(.captureFailed("eth0", reason: "no"))

    private func fail(
        _ keeper: inout InterfaceKeeper, isThere: Bool = true, isReady: Bool = true, now: Milliseconds
    ) -> InterfaceKeeper.Failure {
        keeper.captureFailed("eth0", reason: "no", isThere: isThere, isReady: isReady, now: now)
    }

    @Test func theFirstLookIsDueAtOnce() {
        var keeper = InterfaceKeeper(named: ["eth0"])
        #expect(keeper.nextDeadline == 0)
        #expect(keeper.isLookDue(now: 0) == true)
        #expect(keeper.isLookDue(now: .max) == false, "nothing has changed")
        #expect(keeper.nextDeadline == nil)
    }

    @Test func changesAreLeftToSettle() {
        var keeper = listening()
        keeper.mayHaveChanged(now: 100)
        keeper.mayHaveChanged(now: 120)
        #expect(keeper.nextDeadline == 100 + DoorkeeperLimits.interfacesSettle, "later ones do not put it off")
        #expect(keeper.isLookDue(now: 149) == false)
        #expect(keeper.isLookDue(now: 150) == true)
        #expect(keeper.isLookDue(now: 150) == false)
    }

    @Test func aKernelThatDoesNotAnswerIsAskedAgain() {
        var keeper = listening()
        keeper.askAgain(now: 500)
        #expect(keeper.isLookDue(now: 1499) == false)
        #expect(keeper.isLookDue(now: 1500) == true)
    }

    @Test func whatThereIsIsWhatWasSeenLast() {
        let keeper = listening()
        #expect(!keeper.isImplicit && keeper.wanted == ["eth0"] && keeper.listening == ["eth0"])
        #expect(keeper.up == [Self.interface()] && keeper.others == [] && !keeper.mayBeLoopback)
        #expect(keeper.addresses.map(\.description) == ["198.18.9.9"])
        #expect(InterfaceKeeper(named: []).isImplicit)
    }

    @Test func aCaptureThatFailsIsTriedAgainAfterPausesThatDouble() {
        var keeper = listening()
        #expect(fail(&keeper, now: 1000) == .triedAgain(told: Self.failure))
        #expect(keeper.nextDeadline == 1050, "whether it is still there is looked at soon")
        #expect(keeper.isLookDue(now: 1050) == true)
        #expect(keeper.update([Self.interface()], defaultRoutes: [], others: []) == [])
        #expect(keeper.nextDeadline == 3000)
        #expect(keeper.isLookDue(now: 2999) == false)
        #expect(keeper.isLookDue(now: 3000) == true)
        #expect(keeper.update([Self.interface()], defaultRoutes: [], others: []) == [.startListener])
        keeper.listenerStarted()
        #expect(fail(&keeper, now: 5000) == .triedAgain(told: nil), "that was told")
        _ = keeper.isLookDue(now: 5050)
        #expect(keeper.nextDeadline == 9000)
    }

    @Test func aListenerThatEndsCapturesAnew() {
        var keeper = listening()
        keeper.listenerEnded()
        #expect(keeper.listening == [])
        #expect(keeper.update([Self.interface()], defaultRoutes: [], others: []) == [.startListener])
    }

    @Test func anInterfaceThatIsGoneIsLookedAtAndNotTriedAgain() {
        var keeper = listening()
        #expect(fail(&keeper, isThere: false, now: 1000) == .gone)
        #expect(keeper.nextDeadline == 1050)
        #expect(keeper.isLookDue(now: 1050) == true)
        #expect(keeper.nextDeadline == nil)
    }

    @Test func aCaptureThatFailsAtTheStartIsFatal() {
        var keeper = listening()
        let failure = fail(&keeper, isReady: false, now: 1000)
        #expect(failure == .fatal(told: Self.failure) && failure.event == Self.failure)
        #expect(InterfaceKeeper.Failure.gone.event == nil)
        #expect(InterfaceKeeper.Failure.triedAgain(told: Self.failure).event == Self.failure)
    }
}
