import Testing

@testable import knock

struct UsageErrorTests {
    @Test(arguments: [
        (UsageError.badPort(word: "70000"), "'70000'", "1 to 65535"),
        (.badProtocol(word: "7000:foo"), "'7000:foo'", "tcp or udp"),
        (.badDelay(word: "abc"), "'abc'", "milliseconds"),
        (.noPorts(host: "h.example"), "'h.example'", "7000"),
        (.emptyHost, "host", "address"),
        (.badInterface(word: "a b"), "'a b'", "eth0"),
        (.badSourcePort(word: "0"), "'0'", "1 to 65535"),
        (.badFlag(word: "!syn"), "'!syn'", "fin, syn, rst, psh, ack or urg"),
        (.emptyFile, "--one-time", "write"),
        (.portsBesideFile(word: "7000"), "'7000'", "leave out"),
        (.flagsOfDatagrams, "--flags and --udp", "leave out"),
        (.unknownOption(meant: "delay"), "--delay", "did you mean"),
    ])
    func aMessageNamesTheWordAndWhatToWrite(error: UsageError, word: String, advice: String) throws {
        let message = try #require(error.message)
        #expect(message.contains(word))
        #expect(message.contains(advice))
    }

    @Test func aNegativeDelayIsRefusedInKnockdsWords() {
        #expect(UsageError.negativeDelay.message == "error: delay cannot be negative")
    }

    @Test(arguments: [
        (["knock", "h", "-1"], UsageError.badPort(word: "-1")),
        (["knock", "-4", "h", "7000", "-70000"], .badPort(word: "-70000")),
        (["knock", "-x", "h", "7000"], .unknownOption(meant: nil)),
        (["knock", "-46", "-x", "h", "7000"], .unknownOption(meant: nil)),
        (["knock", "h", "7000", "-d"], .unknownOption(meant: nil)),
        (["knock", "-", "--no"], .unknownOption(meant: nil)),
        (["knock", "h", "7000", "--dealy", "5"], .unknownOption(meant: "delay")),
    ])
    func aPortBelowZeroIsNoUnknownOption(words: [String], expected: UsageError) {
        #expect(UsageError(refusedByGetopt: words) == expected)
    }
}
