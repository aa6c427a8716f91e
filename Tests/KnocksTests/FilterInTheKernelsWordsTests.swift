import CPcap
import Knocks
import Packets
import TestSupport
import Testing

/// The filter as libpcap compiles it, asked frame by frame: it must let through what a door can use, and nothing else.
struct FilterInTheKernelsWordsTests {
    private static let locals = [server, "198.18.1.9", "fd00:198:18:1::1"]
    private static let hosts = locals + ["198.18.1.77", "198.18.1.50", "fd00:198:18:1::77"]
    private static let configurations: [[SequenceDoor]] = [
        [door(7000, 8000, flags: TCPFlagRule(required: .syn))],
        [door(7000), door(7001, 7002, flags: TCPFlagRule(required: .syn, forbidden: [.ack, .rst]))],
        [door(knocks: [Knock(.udp, 7000), Knock(.tcp, 7001)], flags: TCPFlagRule(forbidden: .fin))],
        [
            door(7000, flags: TCPFlagRule(required: [.syn, .ack]), target: "198.18.1.50"),
            door(7002, target: locals[2]),
        ],
        [door(knocks: [Knock(.udp, 7003)])],
        [door(7000, 7001, flags: TCPFlagRule(required: .fin), isStrict: true)],
        [door(7000, flags: TCPFlagRule(required: .ack)), door(7002, 7001, target: "198.18.1.50", isStrict: true)],
        [door(7000, 7001, target: locals[2], isStrict: true, vlan: 5)],
    ]

    @Test(arguments: configurations, [false, true])
    func itPassesWhatADoorCanUseAndNothingElse(doors: [SequenceDoor], onlyIPv4: Bool) throws {
        var random = SeededGenerator.announced()
        let locals = Set(Self.locals.map(address))
        let text = FilterExpression.text(doors: doors, localAddresses: locals, onlyIPv4: onlyIPv4)
        let filter = try CompiledFilter(try #require(text), linkType: DLT_EN10MB)
        for _ in 0..<2000 {
            let packet = Self.packet(&random)
            let isOfUse =
                doors.contains { door in
                    let isHere = door.target.map { $0 == packet.destination } ?? locals.contains(packet.destination)
                    let isKnock = isHere && door.sequence.knocks.contains(Knock(packet))
                    let isOnHost = isHere || locals.contains(packet.destination)
                    guard case .tcp(let flags) = packet.transport else { return isKnock || door.isStrict && isOnHost }
                    let isInitialSYN = flags.isDisjoint(with: [.ack, .rst, .fin]) && flags.contains(.syn)
                    return isKnock && door.flagRule.admits(flags) || door.isStrict && isOnHost && isInitialSYN
                } && !(onlyIPv4 && !packet.destination.isIPv4)
            #expect(filter.passes(Self.frame(packet)) == isOfUse, "\(packet) with \(filter.text)")
        }
    }

    @Test(arguments: [door(7000), door(7000, isStrict: true)])
    func laterFragmentsDoNotPass(door: SequenceDoor) throws {
        let text = FilterExpression.text(doors: [door], localAddresses: [address(server)], onlyIPv4: false)
        let filter = try CompiledFilter(try #require(text), linkType: DLT_EN10MB)
        for packet in [tcp(7000)] + (door.isStrict ? [udp(9)] : []) {
            var frame = Self.frame(packet)
            #expect(filter.passes(frame))
            frame[14 + 7] = 1
            #expect(!filter.passes(frame))
        }
    }

    @Test func aStrictDoorAmongManyPortsIsStillSeen() throws {
        let doors = (0..<100).map { door(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, target: "198.18.2.\($0)") }
        #expect(!FilterExpression.canNamePorts(of: doors + [door(7000, isStrict: true)]))
        let text = FilterExpression.text(
            doors: doors + [door(7000, isStrict: true)], localAddresses: [address(server)], onlyIPv4: false)
        let filter = try CompiledFilter(try #require(text), linkType: DLT_EN10MB)
        #expect(filter.passes(Self.frame(tcp(22))))
        #expect(!filter.passes(Self.frame(tcp(22, to: "198.18.1.77"))))
    }

    @Test func doorsWithTheirOwnTargetsCountEachForItself() {
        let doors = (0..<100).map { door(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, target: "198.18.2.\($0)") }
        #expect(FilterExpression.canNamePorts(of: Array(doors[..<90])))
        #expect(!FilterExpression.canNamePorts(of: doors))
        let text = FilterExpression.text(doors: doors, localAddresses: [], onlyIPv4: false)
        #expect(text?.contains("port") == false)
    }

    private static func packet(_ random: inout SeededGenerator) -> Packet {
        let host = hosts[Int.random(in: 0..<hosts.count, using: &random)]
        let from = address(host.contains(":") ? "fd00:198:18:1::2" : client)
        let port = UInt16.random(in: 6999...7004, using: &random)
        let flags = TCPFlags(rawValue: UInt8.random(in: 0..<64, using: &random))
        return random.oneIn(3) ? udp(port, from: from, to: host) : tcp(port, flags, from: from, to: host)
    }

    private static func frame(_ packet: Packet) -> [UInt8] {
        let isIPv4 = packet.destination.isIPv4
        var segment = [packet.sourcePort, packet.destinationPort].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        var number: UInt8 = 17
        if case .tcp(let flags) = packet.transport {
            number = 6
            segment += [0, 0, 0, 0, 0, 0, 0, 0, 0x50, flags.rawValue, 0, 0, 0, 0, 0, 0]
        } else {
            segment += [0, 8, 0, 0]
        }
        let (source, destination) = (packet.source.bytes, packet.destination.bytes)
        let ethernet = [UInt8](repeating: 2, count: 12) + (isIPv4 ? [0x08, 0x00] : [0x86, 0xDD])
        let header: [UInt8] =
            isIPv4
            ? [0x45, 0, 0, UInt8(20 + segment.count), 0, 0, 0, 0, 64, number, 0, 0] + source[12...] + destination[12...]
            : [0x60, 0, 0, 0, 0, UInt8(segment.count), number, 64] + source + destination
        return ethernet + header + segment
    }
}
