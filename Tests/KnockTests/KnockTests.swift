import Testing

@testable import knock

/// A small /etc/services, which the tests do not depend on.
func services(_ name: String, _ transport: Transport) -> UInt16? {
    switch (name, transport) {
    case ("ssh", .tcp): 22
    case ("domain", _): 53
    case ("syslog", .udp): 514
    case ("discard-9", .tcp): 9
    default: nil
    }
}

struct KnockTests {
    @Test(arguments: [
        ("7000", Knock(port: 7000, transport: .tcp)),
        ("7000:tcp", Knock(port: 7000, transport: .tcp)),
        ("8000:udp", Knock(port: 8000, transport: .udp)),
        ("8000:UDP", Knock(port: 8000, transport: .udp)),
        ("8000:Tcp", Knock(port: 8000, transport: .tcp)),
        ("1", Knock(port: 1, transport: .tcp)),
        ("65535", Knock(port: 65535, transport: .tcp)),
        ("007000", Knock(port: 7000, transport: .tcp)),
        ("ssh", Knock(port: 22, transport: .tcp)),
        ("ssh:udp", Knock(port: 22, transport: .udp)),
        ("syslog", Knock(port: 514, transport: .tcp)),
        ("domain:udp", Knock(port: 53, transport: .udp)),
        ("discard-9", Knock(port: 9, transport: .tcp)),
    ])
    func aWordIsAPortAndAProtocol(word: String, expected: Knock) throws {
        #expect(try Knock(word, onlyUDP: false, lookup: services) == expected)
    }

    @Test(arguments: [
        "", "0", "00000", "65536", "70000", "18446744073709551617", "-1", "+7000", " 7000", "7000 ", "7000x", "0x50",
        "7,000", "7.0", "٣", "nosuchservice", ":tcp", ":",
    ])
    func aWordWithoutAPortIsRefused(word: String) {
        // ":" lacks a protocol too, and that is found first.
        let expected: UsageError = word == ":" ? .badProtocol(word: word) : .badPort(word: word)
        #expect(throws: expected) { try Knock(word, onlyUDP: false, lookup: services) }
    }

    @Test(arguments: ["7000:", "7000:foo", "7000:tcpx", "7000: tcp", "7000:tcp:udp", "7000::udp", "ssh:6"])
    func anUnknownProtocolIsRefused(word: String) {
        #expect(throws: UsageError.badProtocol(word: word)) { try Knock(word, onlyUDP: false, lookup: services) }
        #expect(throws: UsageError.badProtocol(word: word)) { try Knock(word, onlyUDP: true, lookup: services) }
    }

    @Test(arguments: ["7000", "7000:tcp", "7000:udp"])
    func onlyUDPWinsOverTheWord(word: String) throws {
        #expect(try Knock(word, onlyUDP: true, lookup: services) == Knock(port: 7000, transport: .udp))
    }

    @Test(arguments: ["7000", "70000", "0", "", " 7000", "+7000", "-1", "7 0"])
    func aNumberIsNeverLookedUp(word: String) {
        _ = try? Knock(word, onlyUDP: false) { name, _ in
            Issue.record("\(name) was looked up")
            return 1
        }
    }

    @Test func theServiceOfTheKnocksOwnProtocolComesFirst() throws {
        let knock = try Knock("both", onlyUDP: true) { _, transport in transport == .udp ? 2 : 1 }
        #expect(knock.port == 2)
    }
}
