import Base
import Knocks
import Packets
import TestSupport
import Testing

@testable import Messages

struct ListenerControlTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let source6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 0xFFFF_FFFF_FFFF_FFFF)

    private static func door(
        _ knocks: [Knock], _ flags: TCPFlagRule = TCPFlagRule(), timeout: Milliseconds = 25_000,
        target: IPAddress? = nil, isStrict: Bool = false, vlan: UInt16? = nil, hasRivals: Bool = false
    ) -> ListenerControl? {
        KnockSequence(knocks).map {
            .door(
                SequenceDoor(
                    sequence: $0, flagRule: flags, timeout: timeout, target: target, isStrict: isStrict, vlan: vlan,
                    hasRivals: hasRivals))
        }
    }

    static let controls: [ListenerControl] =
        [
            .capture(interface: "eth0", isLoopback: false, onlyIPv4: true),
            .capture(interface: "lo", isLoopback: true, onlyIPv4: false),
            .capture(interface: "", isLoopback: false, onlyIPv4: false),
            .capture(interface: "tür0", isLoopback: false, onlyIPv4: false),
            .localAddress(source), .localAddress(source6), .localAddress(IPAddress(high: 0, low: 0)),
            .release(interface: "eth0"), .release(interface: ""), .ping,
            .signedPort(nil), .signedPort(62_201),
            .report(.nothing), .report(.lines), .report(.everything),
            .apply(doorList: 0), .apply(doorList: 1), .apply(doorList: 0x0102_0304), .apply(doorList: .max),
        ]
        + [
            door([Knock(.tcp, 7000)]), door([Knock(.tcp, 7000)], isStrict: true, hasRivals: true),
            door([Knock(.tcp, 0), Knock(.udp, 65_535), Knock(.tcp, 256)], target: source),
            door((0..<32).map { Knock($0 % 2 == 0 ? .udp : .tcp, 65_500 + $0) }, timeout: .max, target: source6),
            door([Knock(.udp, 1)], TCPFlagRule(required: [.syn, .ack], forbidden: [.rst]), timeout: 0),
            door([Knock(.udp, 1)], TCPFlagRule(required: TCPFlags(rawValue: 255), forbidden: []), timeout: 1),
            door([Knock(.tcp, 1), Knock(.tcp, 2)], isStrict: true),
            door([Knock(.tcp, 1)], vlan: 4094),
        ].compactMap { $0 }

    @Test func everyKindIsAmongTheSamples() {
        #expect(Set(Self.controls.map { $0.message[0] }) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(Self.controls.count == 27)
    }

    @Test(arguments: controls)
    func aControlSurvivesARoundTrip(control: ListenerControl) {
        #expect(control.message.count == 256)
        #expect(ListenerControl(control.message) == control)
    }

    @Test func theDoorMessageHasItsLayout() {
        let control = Self.door(
            [Knock(.tcp, 0x1B58), Knock(.udp, 1)], TCPFlagRule(required: .syn, forbidden: .ack), timeout: 0x0102,
            target: Self.source, isStrict: true, vlan: 0x0203)
        let bytes: [UInt8] =
            [3, 1] + [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 198, 18, 1, 2] + [2, 16]
            + [0, 0, 0, 0, 0, 0, 1, 2] + [1, 0, 2, 3] + [2] + [6, 0x1B, 0x58] + [17, 0, 1]
        #expect(control?.message == Bytes.message(bytes))
    }

    @Test func theLongestNameIsCutToFit() {
        let control = ListenerControl.capture(
            interface: String(repeating: "n", count: 300), isLoopback: false, onlyIPv4: false)
        #expect(control.message.count == 256)
        let cut = ListenerControl.capture(
            interface: String(repeating: "n", count: 252), isLoopback: false, onlyIPv4: false)
        #expect(ListenerControl(control.message) == cut)
    }

    @Test(arguments: controls)
    func whatIsCutWithinItsContentIsRefused(control: ListenerControl) {
        // Where its content ends: behind the texts, addresses, numbers and knocks that its kind has.
        let end =
            switch control {
            case .capture(let interface, _, _): 4 + interface.utf8.count
            case .localAddress: 17
            case .release(let interface): 2 + interface.utf8.count
            case .ping: 1
            case .report: 2
            case .signedPort: 3
            case .door(let door): 32 + 3 * door.sequence.count
            case .apply: 5
            }
        for length in 0..<end {
            #expect(ListenerControl(Array(control.message[..<length])) == nil, "\(length) bytes")
        }
    }

    @Test(arguments: [0, 9, 10, 127, 128, 255] as [UInt8])
    func anUnknownKindIsRefused(kind: UInt8) {
        #expect(ListenerControl(Bytes.message([kind])) == nil)
    }

    @Test(arguments: controls)
    func garbageBehindTheContentIsRefused(control: ListenerControl) {
        #expect(ListenerControl(Bytes.replacing(255, in: control.message, by: 1)) == nil)
    }

    @Test(
        arguments: [
            // isLoopback, onlyIPv4
            [1, 2, 0], [1, 0, 2], [1, 255, 0],
        ] as [[UInt8]])
    func aFlagIsZeroOrOne(bytes: [UInt8]) {
        #expect(ListenerControl(Bytes.message(bytes)) == nil)
    }

    @Test(arguments: [3, 255] as [UInt8])
    func anUnknownExtentOfReportsIsRefused(number: UInt8) {
        #expect(ListenerControl(Bytes.message([6, number])) == nil)
    }

    @Test func aNameThatIsNoUTF8IsRefused() {
        #expect(ListenerControl(Bytes.message([1, 0, 0, 2, 0x65, 0xFF])) == nil)
        #expect(ListenerControl(Bytes.message([1, 0, 0, 1, 0xC3])) == nil)
    }

    @Test func aNameLongerThanItsMessageIsRefused() {
        #expect(ListenerControl(Bytes.message([1, 0, 0, 253])) == nil)
    }

    /// Offset 32 has the number of knocks; each is a protocol and a port.
    @Test(arguments: [0, 33, 34, 75, 76, 255])
    func aSequenceHas1To32Knocks(count: Int) throws {
        let one = try #require(Self.door([Knock(.tcp, 7000)])).message
        var bytes = Array(one[..<32]) + [UInt8(count)]
        for _ in 0..<count where bytes.count + 3 <= RoleMessage.size { bytes += [6, 0x1B, 0x58] }
        #expect(ListenerControl(Bytes.message(bytes)) == nil)
    }

    @Test(arguments: [0, 1, 5, 7, 16, 18, 132, 255] as [UInt8])
    func anUnknownProtocolIsRefused(number: UInt8) throws {
        let message = try #require(Self.door([Knock(.tcp, 7000), Knock(.udp, 1)])).message
        #expect(ListenerControl(Bytes.replacing(33, in: message, by: number)) == nil)
        #expect(ListenerControl(Bytes.replacing(36, in: message, by: number)) == nil)
    }

    @Test(arguments: [0x0FFF, 0x1000, 0xFFFF] as [UInt16])
    func aVLANThatCannotBeIsRefused(number: UInt16) throws {
        let message = try #require(Self.door([Knock(.tcp, 7000)], vlan: 1)).message
        let high = Bytes.replacing(30, in: message, by: UInt8(number >> 8))
        #expect(ListenerControl(Bytes.replacing(31, in: high, by: UInt8(number & 0xFF))) == nil)
    }

    @Test func whereThereIsNoTargetItsPlaceIsEmpty() throws {
        let message = try #require(Self.door([Knock(.tcp, 7000)])).message
        #expect(ListenerControl(Bytes.replacing(17, in: message, by: 1)) == nil)
    }

    @Test func aTargetFlagIsZeroOrOne() throws {
        let message = try #require(Self.door([Knock(.tcp, 7000)])).message
        #expect(ListenerControl(Bytes.replacing(1, in: message, by: 2)) == nil)
    }

    @Test func randomBytesAreReadOrRefusedWithoutATrap() {
        let seed = UInt64.random(in: .min ... .max)
        print("seed of ListenerControlTests.randomBytesAreReadOrRefusedWithoutATrap: \(seed)")
        var random = RandomMessages(kinds: 8, good: Self.controls.map(\.message), seed: seed)
        var accepted = 0
        for _ in 0..<50_000 {
            let message = random.next()
            guard let control = ListenerControl(message) else { continue }
            accepted += 1
            if ListenerControl(control.message) != control { Issue.record("\(message) does not survive a round trip") }
        }
        // Some of the damaged messages still mean something: then reading went past the first byte.
        #expect((1000..<49_000).contains(accepted), "\(accepted) accepted")
    }
}
