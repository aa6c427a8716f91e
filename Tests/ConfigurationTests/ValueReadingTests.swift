import Base
import Configuration
import Doors
import Knocks
import Packets
import Testing

struct ValueReadingTests {
    // MARK: Times and numbers

    @Test(
        arguments: [
            ("0", 0), ("9", 9), ("9 seconds", 9), ("9s", 9), ("9 s", 9), ("9 sec", 9), ("1 second", 1),
            ("9 SECONDS", 9),
            ("007", 7), ("2147483647", 2_147_483_647),
        ] as [(String, Milliseconds)])
    func aTimeIsWholeSeconds(text: String, seconds: Milliseconds) throws {
        #expect(try door("cmd_timeout = \(text)").openFor == seconds * 1000)
    }

    @Test(arguments: [
        "", "-1", "+1", "abc", "1.5", "1,5", "9 fortnights", "9 s s", "0x10", "2147483648", "99999999999999999999",
        "seconds",
    ])
    func whatIsNoTimeIsAnError(text: String) {
        for name in ["seq_timeout", "timeout", "cmd_timeout", "command_limit"] {
            // The value's column: behind the name, a blank, the sign and, before a value, one more blank.
            let column = name.utf8.count + (text.isEmpty ? 3 : 4)
            #expect(
                diagnostics(ofDirective: "\(name) = \(text)")
                    == ["a.conf:3:\(column): '\(text)' is no time; write whole seconds, such as 10"])
        }
    }

    @Test func aCommandsLimitMustLeaveTime() throws {
        #expect(
            diagnostics(ofDirective: "command_limit = 0")
                == ["a.conf:3:17: 0 leaves no time; write 1 or more"])
        #expect(try door("command_limit = 1").limits.start == 1000)
    }

    @Test(arguments: [("1", 1), ("64", 64), ("1000000", 1_000_000)])
    func aCountGoesFromOneToAMillion(text: String, count: Int) throws {
        #expect(try door("max_openings = \(text)").maxOpenings == count)
    }

    @Test(arguments: ["0", "-1", "1000001", "many", "1 000", ""])
    func whatIsNoCountIsAnError(text: String) {
        let column = text.isEmpty ? 15 : 16
        #expect(
            diagnostics(ofDirective: "max_openings = \(text)")
                == ["a.conf:3:\(column): '\(text)' is no count; write a number from 1 to 1000000"])
    }

    // MARK: Words

    @Test(arguments: [("extend", Door.Reknock.extend), ("rerun", .rerun), ("ReRun", .rerun)])
    func reknockIsAWord(text: String, expected: Door.Reknock) throws {
        #expect(try door("reknock = \(text)").reknock == expected)
    }

    @Test(arguments: [
        ("reknock = rerunn", "'rerunn' is unknown here; did you mean rerun?"),
        ("reknock = atuo", "'atuo' is unknown here; did you mean auto?"),
        ("address = observd", "'observd' is unknown here; did you mean observed?"),
        ("strict_sequence = Yess", "'Yess' is unknown here; did you mean yes?"),
    ])
    func aWordThatIsNearAnotherIsToldWhichOne(line: String, message: String) {
        #expect(diagnostics(ofDirective: line).map { $0.drop { $0 != " " }.dropFirst() } == [message[...]])
    }

    @Test(arguments: [("7000:tpc", "did you mean tcp?"), ("7000:ucp", "write tcp or udp")])
    func aProtocolThatIsEquallyNearToTwoIsNotGuessed(text: String, advice: String) {
        let name = text.dropFirst(5)
        #expect(
            diagnostics("[door]\nsequence = \(text)\n") == ["a.conf:2:17: '\(name)' is unknown here; \(advice)"])
    }

    @Test func anotherWordIsAnError() {
        #expect(
            diagnostics(ofDirective: "reknock = again")
                == ["a.conf:3:11: 'again' is unknown here; write auto or extend or rerun"])
        #expect(
            diagnostics("[options]\nonexit = open\n")
                == ["a.conf:2:10: 'open' is unknown here; write close or keep"])
    }

    // MARK: Addresses

    @Test(arguments: [
        ("203.0.113.5", "203.0.113.5"), ("FD00:0::0005", "fd00::5"), ("::ffff:203.0.113.5", "203.0.113.5"),
    ])
    func aTargetIsAnAddressInAnyText(text: String, address: String) throws {
        #expect(try door("target = \(text)").sequence?.target == IPAddress(address))
    }

    @Test(arguments: ["", "localhost", "server.example", "203.0.113", "203.0.113.256", "203.0.113.0/24", "any"])
    func whatIsNoAddressIsAnError(text: String) {
        let column = text.isEmpty ? 9 : 10
        #expect(
            diagnostics(ofDirective: "target = \(text)")
                == ["a.conf:3:\(column): '\(text)' is no IP address; write one, such as 192.0.2.1"])
    }

    // MARK: Sequences

    private func sequence(_ value: String) throws -> [Knock] {
        let doors = try configuration("[door]\nsequence = \(value)\n").doors
        return try #require(doors.first?.sequence).sequence.knocks
    }

    @Test(arguments: [
        ("7000", knocks(7000)), ("7000,8000,9000", knocks(7000, 8000, 9000)),
        ("7000:tcp,8000:udp", knocks(7000, udp: [8000])), ("7000:TCP , 8000 :Udp", knocks(7000, udp: [8000])),
        ("7000 : tcp,\t8000", knocks(7000, 8000)), ("7000,7000", knocks(7000, 7000)), ("1,65535", knocks(1, 65535)),
        ("007000", knocks(7000)), ("7000:tcp:whatever:else", knocks(7000)), ("7000:udp:", knocks(udp: [7000])),
    ])
    func aSequenceIsPortsAndProtocols(text: String, expected: [Knock]) throws {
        #expect(try sequence(text) == expected)
    }

    @Test(arguments: [
        ("70000", 12, "'70000' is no port"), ("0", 12, "'0' is no port"), ("7000,65536", 17, "'65536' is no port"),
        ("7000, -1", 18, "'-1' is no port"), ("abc", 12, "'abc' is no port"), ("7000,ssh", 17, "'ssh' is no port"),
        (":tcp", 12, "a port is missing"), ("99999999999999999999", 12, "'99999999999999999999' is no port"),
    ])
    func whatIsNoPortIsAnError(text: String, column: Int, what: String) {
        #expect(
            diagnostics("[door]\nsequence = \(text)\n")
                == ["a.conf:2:\(column): \(what); write a number from 1 to 65535, such as 7000 or 7000:udp"])
    }

    @Test(arguments: [
        ("7000:ipip", 17, "ipip"), ("7000, 8000: icmp", 24, "icmp"), ("7000:", 17, ""),
    ])
    func anotherProtocolIsAnError(text: String, column: Int, what: String) {
        #expect(
            diagnostics("[door]\nsequence = \(text)\n")
                == ["a.conf:2:\(column): '\(what)' is unknown here; write tcp or udp"])
    }

    @Test func aSequenceHasAtMostThirtyTwoKnocks() throws {
        let ports = (1...33).map { "\($0)" }
        #expect(try sequence(ports.dropLast().joined(separator: ",")).count == 32)
        #expect(
            diagnostics("[door]\nsequence = \(ports.joined(separator: ","))\n")
                == ["a.conf:2:12: 33 knocks are too many; write at most 32"])
    }

    @Test func anEmptySequenceLacksAPort() {
        #expect(
            diagnostics("[door]\nsequence =\n")
                == ["a.conf:2:11: a port is missing; write a number from 1 to 65535, such as 7000 or 7000:udp"])
    }

    // MARK: Flags

    private func rule(_ directives: String) throws -> TCPFlagRule {
        try #require(try door(directives).sequence).flagRule
    }

    @Test(arguments: [
        ("syn", TCPFlagRule(required: .syn)), ("SyN", TCPFlagRule(required: .syn)),
        ("syn,!ack", TCPFlagRule(required: .syn, forbidden: .ack)),
        ("!fin,!rst,!psh,!ack,!urg,syn", TCPFlagRule(required: .syn, forbidden: [.fin, .rst, .psh, .ack, .urg])),
        ("!ack,ack,!ack", TCPFlagRule(forbidden: .ack)), ("!syn,syn", TCPFlagRule(required: .syn)),
    ])
    func flagsAreRequiredOrForbidden(text: String, expected: TCPFlagRule) throws {
        #expect(try rule("tcpflags = \(text)") == expected)
    }

    @Test func eachFlagHasItsName() throws {
        for (name, flag) in [("fin", TCPFlags.fin), ("rst", .rst), ("psh", .psh), ("ack", .ack), ("urg", .urg)] {
            #expect(try rule("tcpflags = !\(name)") == TCPFlagRule(forbidden: flag))
        }
    }

    @Test func flagsOfSeveralLinesAddUp() throws {
        #expect(try rule("tcpflags = syn\ntcpflags = !ack") == TCPFlagRule(required: .syn, forbidden: .ack))
        #expect(try rule("tcpflags = !syn\ntcpflags = syn") == TCPFlagRule(required: .syn))
    }

    @Test(arguments: [
        ("synack", 12, "synack"),
        ("! ack", 12, "! ack"),
        ("!!ack", 12, "!!ack"), ("!", 12, "!"), ("ece", 12, "ece"), ("syn ece", 12, "syn ece"),
    ])
    func whatIsNoFlagIsAnError(text: String, column: Int, what: String) {
        #expect(
            diagnostics(ofDirective: "tcpflags = \(text)")
                == [
                    "a.conf:3:\(column): '\(what)' is no TCP flag; write fin, syn, rst, psh, ack or urg, with ! before it"
                        + " for \"must be clear\", commas between them and no blanks"
                ])
    }

    // MARK: Paths

    @Test(arguments: ["statefile", "keydirectory"])
    func aPathMustBeThere(name: String) {
        #expect(
            diagnostics("[options]\n\(name) =\n")
                == ["a.conf:2:\(name.utf8.count + 3): the value is missing; write one behind the '='"])
    }
}
