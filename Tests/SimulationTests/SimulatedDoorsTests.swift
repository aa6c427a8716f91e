import Base
import Decoding
import Doors
import Knocks
import Testing

@testable import Simulation

/// Doors as only a configuration of many files would have them.
struct SimulatedDoorsTests {
    private final class Lines {
        var all: [String] = []
        var events: [String] { all.filter { $0.dropFirst(4).first == "-" }.map { String($0.dropFirst(24)) } }
    }

    private func door(
        _ name: String, isStrict: Bool = false, vlan: UInt16? = nil, oneTimeFile: String? = nil,
        later: [KnockSequence] = [], cooldown: Milliseconds = 0,
        start: String? = "open %IP%", stop: String? = nil, reknock: Door.Reknock = .extend, maxOpenings: Int = 9
    ) throws -> Door {
        let sequence = SequenceDoor(
            sequence: try #require(KnockSequence([Knock(.tcp, 7000), Knock(.tcp, 8000)])), flagRule: TCPFlagRule(),
            timeout: 5000, target: nil, isStrict: isStrict, vlan: vlan)
        let actions = start.flatMap(ActionTemplate.init).map {
            Door.Actions(start: $0, stop: stop.flatMap(ActionTemplate.init))
        }
        return Door(
            identity: DoorIdentity(name: name), sequence: sequence, oneTimeFile: oneTimeFile,
            laterSequences: later, sequenceCooldown: cooldown, actions: actions,
            actionsIPv6: nil, openFor: 10_000, startLimit: nil, stopLimit: 1000, reknock: reknock,
            maxOpenings: maxOpenings)
    }

    /// Runs Ethernet frames, a second apart, and tells what came of them.
    private func play(_ doors: [Door], _ frames: [[UInt8]]) throws -> [String] {
        let lines = Lines()
        let simulation = SimulatedDoors(
            doors: doors, rates: (RateLimit(burst: 64, perSecond: 16), RateLimit(burst: 1024, perSecond: 256)),
            interfaces: nil, onlyIPv4: false
        ) { lines.all.append($0) }
        let decoder = PacketDecoder(linkType: .ethernet)
        for captured in Capture.every(1000, frames) {
            simulation.pass(to: captured.moment)
            let bytes = captured.bytes
            simulation.receive(try unsafe decoder.decodeFrame(bytes.span.bytes), in: unsafe bytes.span.bytes)
        }
        simulation.finish()
        return lines.events
    }

    private let knocks = [7000, 8000].map { Capture.ethernet(Capture.packet($0)) }
    private let ssh = Capture.ethernet(Capture.packet(22))

    @Test func aStrictDoorIsResetByAnyOtherPort() throws {
        let events = try play([door("strict", isStrict: true)], [knocks[0], ssh, knocks[1]])
        #expect(events == ["198.18.1.2: strict: Stage 1", "198.18.1.2: strict: attempt at stage 1 ended by 22:tcp"])
    }

    @Test func aDoorInAVLANOpensToItsPackets() throws {
        let tagged = [7000, 8000].map { Capture.ethernet(Capture.packet($0), vlan: 5) }
        let events = try play([door("tagged", vlan: 5)], tagged + knocks)
        #expect(events[2] == "tagged: would run: open 198.18.1.2")
        #expect(
            events[3]
                == "198.18.1.2: tagged: 7000:tcp ignored: it came outside VLANs, the door listens in VLAN 5")
    }

    @Test func aOneTimeSequenceOpensOnce() throws {
        let doors = [try door("once", oneTimeFile: "/etc/once"), try door("always")]
        let events = try play(doors, knocks + knocks)
        #expect(events.count { $0 == "once: would run: open 198.18.1.2" } == 1)
        #expect(events.count { $0 == "once: its one-time sequence is used up, the next is not tried" } == 1)
        #expect(events.count { $0 == "always: would run: open 198.18.1.2" } == 2)
    }

    @Test func whatIsBehindAOneTimeSequenceOpensTooAndUsesItUp() throws {
        let later = [[7000], [7005]].compactMap { KnockSequence($0.map { Knock(.tcp, $0) }) }
        let doors = [try door("once", oneTimeFile: "/etc/once", later: later)]
        let events = try play(doors, [knocks[0], knocks[1]] + [7005].map { Capture.ethernet(Capture.packet($0)) })
        #expect(events.count { $0 == "once: would run: open 198.18.1.2" } == 2)
        #expect(events.contains("once: its one-time sequence is used up, 1 more is tried"))
        #expect(events.last == "once: its one-time sequence is used up, the next is not tried")
    }

    private static let ignored = "ignored for "

    @Test func aCooldownIgnoresWhatFollows() throws {
        let events = try play([door("d", cooldown: 60_000)], knocks + knocks + knocks)
        #expect(events.count { $0 == "d: would run: open 198.18.1.2" } == 1)
        #expect(events.count { $0.hasPrefix("198.18.1.2: d: \(Self.ignored)") } == 1)
        #expect(events.count { $0.hasSuffix("OPEN SESAME") } == 1)
    }

    @Test func aOneTimeSequenceThatIsIgnoredIsUsedUpAllTheSame() throws {
        let later = [[7005], [7006]].compactMap { KnockSequence($0.map { Knock(.tcp, $0) }) }
        let doors = [try door("once", oneTimeFile: "/etc/once", later: later, cooldown: 60_000)]
        let events = try play(doors, knocks + [7005].map { Capture.ethernet(Capture.packet($0)) })
        #expect(events.count { $0 == "once: would run: open 198.18.1.2" } == 1)
        #expect(events.last == "once: its one-time sequence is used up, 1 more is tried")
    }

    @Test func whatIsRefusedBeginsNoCooldown() throws {
        let others = knocks(from: "198.18.1.9")
        let events = try play(
            [door("d", cooldown: 60_000, stop: "close", maxOpenings: 1)], knocks + others + others)
        #expect(events.count { $0.hasPrefix("198.18.1.9: d: refused: ") } == 2)
        #expect(!events.contains { $0.contains(Self.ignored) })
    }

    private func knocks(from source: String) -> [[UInt8]] {
        [7000, 8000].map { Capture.ethernet(Capture.packet($0, from: source)) }
    }

    @Test func aReknockRunsStopAndStartWhereTheDoorSaysSo() throws {
        let events = try play([door("d", stop: "close %IP%", reknock: .rerun)], knocks + knocks)
        let runs = events.filter { $0.contains("would run") }
        #expect(
            runs == [
                "d: would run: open 198.18.1.2", "d: would run: close 198.18.1.2", "d: would run: open 198.18.1.2",
            ])
    }

    @Test func aDoorThatIsOpenForAsManyAsItMayBeRefuses() throws {
        let other = [7000, 8000].map { Capture.ethernet(Capture.packet($0, from: "198.18.1.9")) }
        let events = try play([door("d", stop: "close", maxOpenings: 1)], knocks + other)
        #expect(events.last == "198.18.1.9: d: refused: the door is open for 1 address, its max_openings")
    }

    @Test func aDoorWithNothingToRunSaysSo() throws {
        let events = try play([door("d", start: nil)], knocks)
        #expect(events.last == "d: would run nothing: there is no start command for IPv4")
    }
}
