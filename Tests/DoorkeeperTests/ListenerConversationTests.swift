import Base
import Doors
import Knocks
import Linux
import Messages
import Packets
import Testing

@testable import Doorkeeper

/// What the Listener can say: each lie is a row.
struct ListenerConversationTests {
    private static let source = RoleSamples.source
    private static var entry: DoorLists.Entry {
        DoorLists.Entry(
            identity: DoorIdentity(name: "door"), sequence: RoleSamples.door("door", 7000, 8000).sequences[0])
    }

    private static func completed(
        _ door: Int = 0, from source: IPAddress = RoleSamples.source, list: UInt32 = 1
    ) -> ListenerReport {
        .outcome(.completed(door: door, source: source), doorList: list)
    }

    private func judge(
        _ report: ListenerReport, by listener: ListenerSupervisor = RoleSamples.listener(), mayBeLoopback: Bool = false
    ) -> ListenerSupervisor.Verdict {
        listener.judge(report.message, now: 0, mayBeLoopback: mayBeLoopback)
    }

    // MARK: Lies

    private static var lies: [ListenerReport] {
        [
            completed(1), completed(65_535), completed(list: 99), completed(list: 0),
            .outcome(.stage(2, door: 0, source: source), doorList: 1),
            .outcome(.stage(0, door: 0, source: source), doorList: 1),
            .outcome(.stage(1, door: 1, source: source), doorList: 1),
            .outcome(.timedOut(stage: 200, door: 0, source: source), doorList: 1),
            .outcome(.timedOut(stage: 0, door: 0, source: source), doorList: 1),
            .outcome(.reset(stage: 2, by: Knock(.udp, 1), door: 0, source: source), doorList: 1),
            .outcome(.reset(stage: 1, by: Knock(.udp, 1), door: 0, source: source), doorList: 2),
            .ready(doorList: 99), .ready(doorList: 0), .pong,
            .captureFailed(interface: "eth9", reason: "gone"),
        ]
    }

    @Test func whatCannotBeTrueIsALie() {
        for lie in Self.lies { #expect(judge(lie) == .violation("a message that cannot be true"), "\(lie)") }
    }

    @Test func nobodyKnocksFromAnAddressThatNoHostHas() throws {
        for text in RoleSamples.noHosts {
            let address = try #require(IPAddress(text))
            #expect(judge(Self.completed(from: address)) == .violation(Violation.untrue), "\(text)")
            let stage = ListenerReport.outcome(.stage(1, door: 0, source: address), doorList: 1)
            #expect(judge(stage) == .violation(Violation.untrue), "\(text)")
        }
    }

    @Test func thisHostKnocksByLoopbackAlone() throws {
        for text in ["127.0.0.1", "::1"] {
            let report = Self.completed(from: try #require(IPAddress(text)))
            #expect(judge(report, mayBeLoopback: true) != .violation(Violation.untrue), "\(text)")
        }
        for text in RoleSamples.noHosts.dropLast(2) {
            let report = Self.completed(from: try #require(IPAddress(text)))
            #expect(judge(report, mayBeLoopback: true) == .violation(Violation.untrue), "\(text)")
        }
    }

    @Test func aListenerOfIPv4HearsNoOtherAddress() throws {
        let report = Self.completed(from: try #require(IPAddress("2001:db8::1")))
        #expect(judge(report, by: RoleSamples.listener(onlyIPv4: true)) == .violation(Violation.untrue))
        #expect(judge(report) != .violation(Violation.untrue))
    }

    // MARK: Facts

    @Test func whatCanBeTrueIsAFact() {
        let packet = Packet(
            source: Self.source, destination: Self.source, transport: .udp, sourcePort: 1, destinationPort: 2)
        let facts: [(ListenerReport, ListenerConversation.Fact)] = [
            (.ready(doorList: 1), .isReady(doorList: 1)),
            (Self.completed(), .attempt(.completed(door: 0, source: Self.source), at: Self.entry)),
            (
                .outcome(.stage(1, door: 0, source: Self.source), doorList: 1),
                .attempt(.stage(1, door: 0, source: Self.source), at: Self.entry)
            ),
            (
                .outcome(.timedOut(stage: 1, door: 0, source: Self.source), doorList: 1),
                .attempt(.timedOut(stage: 1, door: 0, source: Self.source), at: Self.entry)
            ),
            (
                .outcome(.reset(stage: 1, by: Knock(.udp, 1), door: 0, source: Self.source), doorList: 1),
                .attempt(.reset(stage: 1, by: Knock(.udp, 1), door: 0, source: Self.source), at: Self.entry)
            ),
            (.leftOut(7), .leftOut(7)), (.filterTooLarge, .filterTooLarge),
            (.captureFailed(interface: "eth1", reason: "gone"), .captureFailed(interface: "eth1", reason: "gone")),
            (.packet(packet, length: 60), .packet(packet, length: 60)),
            (
                .signedCounts(SignedPortCounts(noise: 1, overShare: 2)),
                .signedCounts(SignedPortCounts(noise: 1, overShare: 2))
            ),
            (.signedPortFlooded(true), .signedPortFlooded(true)),
        ]
        for (report, fact) in facts { #expect(judge(report) == .fact(.own(fact)), "\(report)") }
    }

    // MARK: Door lists

    @Test func aListCountsUntilTheListenerGoesByANewerOne() {
        var listener = RoleSamples.listener()
        _ = listener.talk.list(
            [RoleSamples.door("other", 1, 2)], addresses: [], signedPort: nil, reporting: .lines)
        #expect(judge(Self.completed(), by: listener) != .violation(Violation.untrue), "it may be on its way")
        #expect(judge(Self.completed(list: 2), by: listener) != .violation(Violation.untrue))
        #expect(listener.hear([ListenerReport.ready(doorList: 2).message]) == .fact(.own(.isReady(doorList: 2))))
        #expect(judge(Self.completed(), by: listener) == .violation(Violation.untrue))
        #expect(judge(.ready(doorList: 1), by: listener) == .violation(Violation.untrue), "it does not go back")
    }

    @Test func aNewListenerKnowsTheNewestListAlone() {
        var listener = RoleSamples.listener()
        let controls = listener.talk.list(
            [RoleSamples.door("other", 1, 2)], addresses: [], signedPort: nil, reporting: .lines)
        listener.starts(controls, now: 0)
        #expect(judge(Self.completed(), by: listener) == .violation(Violation.untrue))
        #expect(judge(Self.completed(list: 2), by: listener) != .violation(Violation.untrue))
    }

    @Test func aListIsToldWithAllThatBelongsToIt() {
        var talk = ListenerConversation(onlyIPv4: false)
        let door = RoleSamples.door("door", 7000, 8000)
        let controls = talk.list(
            [door, RoleSamples.door("signed alone")], addresses: [Self.source], signedPort: 62201, reporting: .nothing)
        #expect(
            controls == [
                .report(.nothing), .signedPort(62201), .localAddress(Self.source), .door(door.sequences[0]),
                .apply(doorList: 1),
            ])
        let next = talk.list([], addresses: [], signedPort: nil, reporting: .everything)
        #expect(next == [.report(.everything), .signedPort(nil), .apply(doorList: 2)])
    }

    // MARK: What it captures

    @Test func aNewListenerCapturesWhatItWasToldAlone() {
        var listener = RoleSamples.listener()
        listener.starts([.capture(interface: "eth2", isLoopback: false, onlyIPv4: false)], now: 0)
        let failure = ListenerReport.captureFailed(interface: "eth1", reason: "gone")
        #expect(judge(failure, by: listener) == .violation(Violation.untrue))
        let other = ListenerReport.captureFailed(interface: "eth2", reason: "gone")
        #expect(judge(other, by: listener) != .violation(Violation.untrue))
    }

    @Test func aListenerThatBeganWithoutSignedKnocksCannotCaptureThem() {
        var listener = RoleSamples.listener()
        #expect(!listener.talk.capturesSignedKnocks)
        listener.give([.signedPort(62201)])
        #expect(!listener.talk.capturesSignedKnocks)
        #expect(RoleSamples.listener(signedPort: 62201).talk.capturesSignedKnocks)
    }
}
