import Base
import Keys
import Linux
import Packets
import SignedKnocks
import Testing

@testable import knock

struct SignedRequestTests {
    /// A command line as getopt leaves it: each option a letter and its value.
    private func command(_ options: [String], _ operands: [String] = ["gw"]) throws(UsageError) -> KnockCommand {
        let pairs = options.compactMap { word in word.first.map { (letter: $0, value: String(word.dropFirst())) } }
        return try KnockCommand(options: pairs, operands: operands, lookup: { _, _ in nil })
    }

    private func request(_ options: [String]) throws -> SignedRequest {
        guard case .sign(let request) = try command(options) else { throw UsageError.nothingToDo }
        return request
    }

    @Test func aDoorAloneIsEnough() throws {
        var expected = SignedRequest()
        (expected.host, expected.door) = ("gw", "ssh")
        #expect(try request(["Dssh"]) == expected)
        #expect(expected.port == 62201)
        #expect(expected.address == .auto && expected.signer.key == .byHost && expected.operation == .open)
    }

    @Test func eachOptionIsUnderstood() throws {
        let found = try request([
            "Dssh", "klaptop", "t60", "a2001:db8::1", "p7", "g3", "T-90", "P", "E", "6", "ieth0", "s53", "v",
        ])
        var expected = SignedRequest()
        (expected.host, expected.door, expected.seconds, expected.port) = ("gw", "ssh", 60, 7)
        expected.signer.key = .named(try #require(KeyName("laptop")))
        expected.address = .given(try #require(IPAddress("2001:db8::1")))
        (expected.signer.generation, expected.timeOffset) = (3, -90_000)
        (expected.isPrinted, expected.signer.allowsExample, expected.isVerbose) = (true, true, true)
        (expected.family, expected.origin) = (.ipv6, KnockOrigin(interface: "eth0", port: 53))
        #expect(found == expected)
        #expect(try request(["Dssh", "c"]).operation == .close)
        #expect(try request(["Dssh", "anone"]).address == .none)
        #expect(try request(["Dssh", "anone", "aauto"]).address == .auto)
        #expect(try request(["Dssh", "k./laptop.key"]).signer.key == .file("./laptop.key"))
    }

    @Test(arguments: [("0", 0), ("+5", 5000), ("5", 5000), ("-3600", -3_600_000)] as [(String, Milliseconds)])
    func theTimeOffsetHasASign(word: String, expected: Milliseconds) throws {
        #expect(try request(["Dssh", "T\(word)"]).timeOffset == expected)
    }

    @Test(
        arguments: [
            (["D"], .badDoor(word: "")), (["Ds h"], .badDoor(word: "s h")),
            (["D012345678901234567890123456789012"], .badDoor(word: "012345678901234567890123456789012")),
            (["Dssh", "ka b"], .badKey(word: "a b")), (["Dssh", "k"], .badKey(word: "")),
            (["Dssh", "t0"], .badSeconds(word: "0")), (["Dssh", "t4294967296"], .badSeconds(word: "4294967296")),
            (["Dssh", "t1m"], .badSeconds(word: "1m")), (["Dssh", "t-1"], .badSeconds(word: "-1")),
            (["Dssh", "c", "t5"], .secondsInClose), (["Dssh", "ahost"], .badAddress(word: "host")),
            (["Dssh", "a127.0.0.1"], .refusedAddress(word: "127.0.0.1")),
            (["Dssh", "a::"], .refusedAddress(word: "::")),
            (["Dssh", "afe80::1"], .refusedAddress(word: "fe80::1")), (["Dssh", "p0"], .badSignedPort(word: "0")),
            (["Dssh", "p65536"], .badSignedPort(word: "65536")), (["Dssh", "g0"], .badGeneration(word: "0")),
            (["Dssh", "T"], .badTimeOffset(word: "")), (["Dssh", "T--1"], .badTimeOffset(word: "--1")),
            (["Dssh", "T99999999999"], .badTimeOffset(word: "99999999999")),
            (["Dssh", "u"], .notWithDoor(option: "--udp")), (["d5", "Dssh"], .notWithDoor(option: "--delay")),
            (["Dssh", "ffin"], .notWithDoor(option: "--flags")), (["Dssh", "ox"], .notWithDoor(option: "--one-time")),
            (["klaptop"], .noDoor(option: "--key")), (["v", "P"], .noDoor(option: "--print")),
        ] as [([String], UsageError)])
    func whatIsWrongIsNamed(options: [String], error: UsageError) {
        #expect(throws: error) { try command(options) }
        #expect(error.message?.hasPrefix("error: ") == true)
    }

    @Test func thereIsOneHostAndNoPort() {
        #expect(throws: UsageError.nothingToDo) { try command(["Dssh"], []) }
        #expect(throws: UsageError.emptyHost) { try command(["Dssh"], [""]) }
        #expect(throws: UsageError.portsBesideDoor(word: "7000")) { try command(["Dssh"], ["gw", "7000"]) }
    }

    @Test func helpGoesBeforeAll() throws {
        #expect(try command(["Dssh", "h"], []) == .help)
        #expect(try command(["V", "u"], []) == .version)
    }

    @Test func noTwoOptionsHaveOneLetter() {
        #expect(Set(KnockRequest.options.map(\.letter)).count == KnockRequest.options.count)
        #expect(Set(KnockRequest.options.map(\.name)).count == KnockRequest.options.count)
    }
}
