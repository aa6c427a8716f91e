import Knocks
import Packets
import Testing

struct FilterExpressionTests {
    private func text(_ doors: SequenceDoor..., local: [String] = [server], onlyIPv4: Bool = false) -> String? {
        FilterExpression.text(doors: doors, localAddresses: Set(local.map(address)), onlyIPv4: onlyIPv4)
    }

    private static let extended = "ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60"

    @Test func anOrdinaryDoorLetsItsPortsThrough() {
        #expect(
            text(door(7000, 8000, 9000, flags: TCPFlagRule(required: .syn)))
                == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000 or tcp dst port 8000 or tcp dst port 9000)"
                + " and tcp[13] & 2 = 2)))")
    }

    @Test func withoutFlagsEverySegmentPasses() {
        #expect(text(door(7000)) == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000))))")
    }

    @Test func forbiddenFlagsAreInTheMaskOnly() {
        let flags = TCPFlagRule(required: [.syn, .urg], forbidden: [.ack, .rst])
        #expect(
            text(door(7000, flags: flags))
                == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000) and tcp[13] & 54 = 34)))")
        #expect(
            text(door(7000, flags: TCPFlagRule(forbidden: .ack)))
                == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000) and tcp[13] & 16 = 0)))")
    }

    @Test func moreHostsThanTheKernelTakesAreNotNamed() {
        let many = (0..<1_501).map { "198.18.\(2 + $0 / 250).\($0 % 250)" }
        #expect(text(door(7000), local: many) == "(ip and (((tcp dst port 7000))))")
        #expect(text(door(7000), local: Array(many.dropLast()))?.contains("dst host 198.18.2.0 ") ?? false)
        #expect(
            text(door(7000), door(9000, target: "203.0.113.5"), local: many)
                == "(ip and (((tcp dst port 7000)))) or (ip and (dst host 203.0.113.5) and (((tcp dst port 9000))))",
            "a target always is")
        // Each clause names them again.
        let flags = TCPFlagRule(required: .syn)
        #expect(
            text(door(7000), door(8000, flags: flags), local: Array(many.prefix(800)))
                == "(ip and (((tcp dst port 7000)))) or (ip and (((tcp dst port 8000) and tcp[13] & 2 = 2)))")
    }

    @Test func flagsDoNotMatterToDatagrams() {
        let knocks = [Knock(.udp, 54), Knock(.tcp, 7000), Knock(.udp, 53)]
        #expect(
            text(door(knocks: knocks, flags: TCPFlagRule(required: .syn)))
                == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000) and tcp[13] & 2 = 2)"
                + " or (udp dst port 53 or udp dst port 54)))")
        #expect(
            text(door(knocks: [Knock(.udp, 53)], flags: TCPFlagRule(required: .fin)))
                == "(ip and (dst host 198.18.1.1) and ((udp dst port 53)))")
    }

    @Test func inIPv6FlagsHaveAnotherPlaceAndExtensionHeadersPass() {
        #expect(
            text(door(7000, flags: TCPFlagRule(required: .syn)), local: ["fd00::1"])
                == "(ip6 and (dst host fd00::1) and (((tcp dst port 7000) and ip6[53] & 2 = 2)"
                + " or \(Self.extended)))")
    }

    @Test func bothFamiliesHaveAClauseEachWithAllTheirAddresses() {
        #expect(
            text(door(7000), local: ["198.18.1.9", "fd00::1", server])
                == "(ip and (dst host 198.18.1.1 or dst host 198.18.1.9) and (((tcp dst port 7000))))"
                + " or (ip6 and (dst host fd00::1) and (((tcp dst port 7000)) or \(Self.extended)))")
    }

    @Test func onlyIPv4LeavesIPv6Out() {
        #expect(
            text(door(7000), local: [server, "fd00::1"], onlyIPv4: true)
                == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000))))")
    }

    @Test func aTargetStandsInForTheOwnAddresses() {
        #expect(
            text(door(7000, target: "203.0.113.5"))
                == "(ip and (dst host 203.0.113.5) and (((tcp dst port 7000))))")
        #expect(
            text(door(7000, target: "203.0.113.5"), local: [])
                == "(ip and (dst host 203.0.113.5) and (((tcp dst port 7000))))")
    }

    @Test func doorsWithTheSameFlagsAndTargetShareAClause() {
        #expect(
            text(door(7000, 8000), door(8000, 6000))
                == "(ip and (dst host 198.18.1.1) and"
                + " (((tcp dst port 6000 or tcp dst port 7000 or tcp dst port 8000))))")
    }

    @Test func doorsWithOtherFlagsOrTargetsHaveTheirOwn() {
        #expect(
            text(door(7000), door(8000, flags: TCPFlagRule(required: .syn)), door(9000, target: "203.0.113.5"))
                == "(ip and (dst host 198.18.1.1) and (((tcp dst port 7000))))"
                + " or (ip and (dst host 198.18.1.1) and (((tcp dst port 8000) and tcp[13] & 2 = 2)))"
                + " or (ip and (dst host 203.0.113.5) and (((tcp dst port 9000))))")
    }

    @Test func aStrictDoorLetsEveryInitialSYNAndDatagramThrough() {
        let anything = "and ip[6:2] & 8191 = 0 and (((tcp) and tcp[13] & 23 = 2) or (udp)))"
        let ports = "(((tcp dst port 7000) and tcp[13] & 2 = 2)))"
        let strict = door(7000, flags: TCPFlagRule(required: .syn), isStrict: true)
        #expect(
            text(strict)
                == "(ip and (dst host 198.18.1.1) and \(ports)" + " or (ip and (dst host 198.18.1.1) \(anything)")
        let there = door(7000, flags: TCPFlagRule(required: .syn), target: "203.0.113.5", isStrict: true)
        #expect(
            text(there)
                == "(ip and (dst host 198.18.1.1 or dst host 203.0.113.5) \(anything)"
                + " or (ip and (dst host 203.0.113.5) and \(ports)")
        #expect(text(there, local: ["fd00::1"])?.contains("dst host fd00::1") == true)
        #expect(text(there, local: ["fd00::1"], onlyIPv4: true)?.contains("ip6") == false)
    }

    @Test func theVLANIsNoMatterOfTheFilter() {
        #expect(text(door(7000, vlan: 5)) == text(door(7000)))
    }

    @Test func theOrderOfTheDoorsDoesNotMatter() {
        let (one, two) = (door(7000, 8000), door(53, flags: TCPFlagRule(required: .ack), target: "fd00::5"))
        #expect(text(one, two) == text(two, one))
        #expect(text(one, two) != text(one))
    }

    @Test func portsAreSortedAsNumbers() {
        let expression = text(door(10000, 9, 800))
        let ports = "tcp dst port 9 or tcp dst port 800 or tcp dst port 10000"
        #expect(expression?.contains(ports) == true)
    }

    @Test func whereNothingCanBeOfUseThereIsNoFilter() {
        #expect(text() == nil)
        #expect(text(door(7000), local: []) == nil)
        #expect(text(door(7000), local: ["fd00::1"], onlyIPv4: true) == nil)
        #expect(text(door(7000, target: "fd00::1"), onlyIPv4: true) == nil)
    }
}
