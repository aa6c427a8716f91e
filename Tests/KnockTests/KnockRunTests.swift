import Base
import Glibc
import Linux
import Testing

@testable import knock

/// Writes down what it is asked for; fails where it is told to.
private final class Recorder: KnockSender {
    var events: [String] = []
    /// errno by event.
    let errors: [String: Int32]

    init(_ errors: [String: Int32] = [:]) {
        self.errors = errors
    }

    func rehearse(_ transport: Transport, to address: HostAddress) throws(SystemError) {
        let event = "rehearse \(address) \(transport)"
        events.append(event)
        if let code = errors[event] { throw SystemError("socket", code: code) }
    }

    func seekWay(to address: HostAddress) throws(SystemError) {
        if let code = errors["way \(address)"] { throw SystemError("connect", code: code) }
    }

    func send(_ knock: Knock, to address: HostAddress) throws(SystemError) {
        let event = "\(address) \(knock.port)"
        events.append(event)
        if let code = errors[event] { throw SystemError("connect", code: code) }
    }

    func pause(_ span: Milliseconds) {
        events.append("wait \(span)")
    }
}

struct KnockRunTests {
    private let v4: HostAddress
    private let v6: HostAddress

    init() throws {
        v4 = try #require(HostAddress("198.18.1.1"))
        v6 = try #require(HostAddress("fd00::1"))
    }

    private func run(
        _ ports: [UInt16], _ recorder: Recorder, delay: Milliseconds = 0, only: [HostAddress]? = nil
    ) -> KnockOutcome {
        let knocks = ports.map { Knock(port: $0, transport: .tcp) }
        return KnockRun(knocks: knocks, addresses: only ?? [v6, v4], delay: delay).perform(with: recorder)
    }

    @Test func aRehearsalSendsNothing() throws {
        let knocks = [
            Knock(port: 1, transport: .udp), Knock(port: 2, transport: .tcp), Knock(port: 3, transport: .udp),
        ]
        let recorder = Recorder()
        try KnockRun(knocks: knocks, addresses: [v6, v4], delay: 9).rehearse(with: recorder)
        #expect(
            recorder.events == [
                "rehearse fd00::1 tcp", "rehearse fd00::1 udp", "rehearse 198.18.1.1 tcp", "rehearse 198.18.1.1 udp",
            ])
    }

    @Test func aRehearsalThrowsWhatStandsInTheWay() {
        let recorder = Recorder(["rehearse 198.18.1.1 tcp": EPERM])
        let run = KnockRun(knocks: [Knock(port: 1, transport: .tcp)], addresses: [v6, v4], delay: 0)
        #expect(throws: SystemError("socket", code: EPERM)) { try run.rehearse(with: recorder) }
    }

    @Test func aFamilyThatThisMachineHasNotStandsInNobodysWay() throws {
        let recorder = Recorder(["rehearse fd00::1 tcp": EAFNOSUPPORT])
        let run = KnockRun(knocks: [Knock(port: 1, transport: .tcp)], addresses: [v6, v4], delay: 0)
        try run.rehearse(with: recorder)
        #expect(recorder.events.last == "rehearse 198.18.1.1 tcp")
    }

    @Test func withoutAnyWayThereIsADeadEnd() throws {
        let recorder = Recorder(["way fd00::1": ENETUNREACH, "way 198.18.1.1": EHOSTUNREACH])
        let run = KnockRun(knocks: [Knock(port: 1, transport: .tcp)], addresses: [v6, v4], delay: 0)
        let outcome = try #require(run.deadEnd(with: recorder))
        #expect(outcome.unreachable.map(\.address) == [v6])
        #expect(outcome.failures.map(\.address) == [v4])
        #expect(!outcome.isSuccess)
        #expect(recorder.events.isEmpty)
    }

    @Test(arguments: [[:], ["way fd00::1": ENETUNREACH], ["way 198.18.1.1": ENETUNREACH]])
    func oneWayIsEnough(errors: [String: Int32]) {
        let run = KnockRun(knocks: [Knock(port: 1, transport: .tcp)], addresses: [v6, v4], delay: 0)
        #expect(run.deadEnd(with: Recorder(errors)) == nil)
    }

    @Test func everyAddressIsKnockedAtBeforeTheNextPort() {
        let recorder = Recorder()
        let outcome = run([1, 2], recorder)
        #expect(recorder.events == ["fd00::1 1", "198.18.1.1 1", "fd00::1 2", "198.18.1.1 2"])
        #expect(outcome == KnockOutcome(complete: [v6, v4]))
        #expect(outcome.isSuccess)
    }

    @Test func theDelayFollowsEachPortButTheLast() {
        let recorder = Recorder()
        _ = run([1, 2, 3], recorder, delay: 100, only: [v4])
        #expect(recorder.events == ["198.18.1.1 1", "wait 100", "198.18.1.1 2", "wait 100", "198.18.1.1 3"])
    }

    @Test func aPortMayComeTwice() {
        let recorder = Recorder()
        #expect(run([5, 5], recorder, only: [v4]).isSuccess)
        #expect(recorder.events == ["198.18.1.1 5", "198.18.1.1 5"])
    }

    @Test(arguments: [ENETUNREACH, EADDRNOTAVAIL, EAFNOSUPPORT])
    func anAddressWithoutARouteIsLeftOut(code: Int32) {
        let recorder = Recorder(["fd00::1 1": code])
        let outcome = run([1, 2], recorder)
        #expect(recorder.events == ["fd00::1 1", "198.18.1.1 1", "198.18.1.1 2"])
        #expect(outcome.unreachable.map(\.address) == [v6])
        #expect(outcome.complete == [v4])
        #expect(outcome.isSuccess)
    }

    @Test func noAddressWithARouteIsAFailureAtOnce() {
        let recorder = Recorder(["fd00::1 1": ENETUNREACH, "198.18.1.1 1": ENETUNREACH])
        let outcome = run([1, 2], recorder, delay: 1000)
        #expect(recorder.events == ["fd00::1 1", "198.18.1.1 1"])
        #expect(outcome.unreachable.count == 2)
        #expect(!outcome.isSuccess)
    }

    @Test(arguments: [EPERM, EACCES, EHOSTUNREACH, EINVAL, EMFILE, ENOBUFS])
    func anyOtherFailureKeepsTheRestGoing(code: Int32) {
        let recorder = Recorder(["fd00::1 1": code])
        let outcome = run([1, 2], recorder)
        #expect(recorder.events == ["fd00::1 1", "198.18.1.1 1", "fd00::1 2", "198.18.1.1 2"])
        #expect(outcome.failures.map(\.address) == [v6])
        #expect(outcome.complete == [v4])
        #expect(!outcome.isSuccess)
    }

    @Test func aRouteThatGoesAwayLaterIsAFailure() {
        let outcome = run([1, 2, 3], Recorder(["fd00::1 2": ENETUNREACH]))
        #expect(outcome.failures.map(\.knock.port) == [2])
        #expect(outcome.unreachable.isEmpty)
        #expect(!outcome.isSuccess)
    }

    @Test func anAddressLeftOutIsNoExcuseForAnotherThatFails() {
        let outcome = run([1, 2], Recorder(["fd00::1 1": ENETUNREACH, "198.18.1.1 2": EPERM]))
        #expect(outcome.complete.isEmpty)
        #expect(!outcome.isSuccess)
    }
}
