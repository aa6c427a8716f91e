import Base
import Linux
import Packets
import Testing

@testable import knock

/// A command line as getopt leaves it: each option `d100`-like, a letter and its value.
private func command(_ options: [String], _ operands: [String]) throws(UsageError) -> KnockCommand {
    let pairs = options.compactMap { word in word.first.map { (letter: $0, value: String(word.dropFirst())) } }
    return try KnockCommand(options: pairs, operands: operands, lookup: services)
}

private func request(_ options: [String], _ operands: [String]) throws -> KnockRequest {
    guard case .knock(let request) = try command(options, operands) else {
        throw UsageError.nothingToDo
    }
    return request
}

struct KnockRequestTests {
    @Test func theOperandsAreAHostAndItsKnocks() throws {
        let found = try request([], ["host.example", "7000", "8000:udp", "ssh"])
        let knocks = [
            Knock(port: 7000, transport: .tcp), Knock(port: 8000, transport: .udp), Knock(port: 22, transport: .tcp),
        ]
        #expect(found == KnockRequest(host: "host.example", knocks: knocks))
    }

    @Test func uMakesEveryKnockADatagram() throws {
        #expect(try request(["u"], ["h", "1", "2:tcp", "3:udp"]).knocks.map(\.transport) == [.udp, .udp, .udp])
    }

    @Test func vIsVerbose() throws {
        #expect(try request(["v"], ["h", "1"]).isVerbose)
        #expect(try !request([], ["h", "1"]).isVerbose)
    }

    @Test(arguments: [
        ([], NameLookup.Family.any), (["4"], .ipv4), (["6"], .ipv6), (["4", "6"], .ipv6), (["6", "4"], .ipv4),
    ])
    func theLastFamilyCounts(options: [String], expected: NameLookup.Family) throws {
        #expect(try request(options, ["h", "1"]).family == expected)
    }

    @Test(
        arguments: [
            ([], 0), (["d0"], 0), (["d100"], 100), (["d86400000"], 86_400_000), (["d5", "d7"], 7),
        ] as [([String], Milliseconds)])
    func theDelayIsInMilliseconds(options: [String], expected: Milliseconds) throws {
        #expect(try request(options, ["h", "1"]).delay == expected)
    }

    @Test(arguments: ["d-1", "d-100"])
    func aNegativeDelayIsRefused(option: String) {
        #expect(throws: UsageError.negativeDelay) { try command([option], ["h", "1"]) }
    }

    @Test(arguments: ["d", "dabc", "d1.5", "d1s", "d+1", "d 1", "d-", "d-x", "d9223372036854775808"])
    func aDelayThatIsNoNumberIsRefused(option: String) {
        #expect(throws: UsageError.badDelay(word: String(option.dropFirst()))) { try command([option], ["h", "1"]) }
    }

    @Test func theInterfaceIsTheLastOneNamed() throws {
        #expect(try request(["ieth0"], ["h", "1"]).origin == KnockOrigin(interface: "eth0"))
        #expect(try request(["ieth0", "iwg-1.2"], ["h", "1"]).origin.interface == "wg-1.2")
        #expect(try request([], ["h", "1"]).origin == KnockOrigin())
    }

    @Test(arguments: ["i", "ia b", "ia/b", "i0123456789012345", "i..", "ieth0:1"])
    func whatCannotBeAnInterfaceIsRefused(option: String) {
        let word = String(option.dropFirst())
        #expect(throws: UsageError.badInterface(word: word)) { try command([option], ["h", "1"]) }
    }

    @Test(arguments: [("s1", 1), ("s65535", 65535), ("s04000", 4000)] as [(String, UInt16)])
    func theSourcePortIsANumber(option: String, expected: UInt16) throws {
        #expect(try request([option], ["h", "1"]).origin == KnockOrigin(port: expected))
    }

    @Test(arguments: ["s", "s0", "s65536", "s-1", "s+1", "s 1", "sssh", "s4000:udp", "s18446744073709551617"])
    func aSourcePortThatIsNoneIsRefused(option: String) {
        let word = String(option.dropFirst())
        #expect(throws: UsageError.badSourcePort(word: word)) { try command([option], ["h", "1"]) }
    }

    @Test(
        arguments: [
            ("fsyn", .syn), ("ffin", .fin), ("fsyn,ack", [.syn, .ack]), ("fSYN,Ack", [.syn, .ack]),
            ("frst,rst", .rst), ("ffin,syn,rst,psh,ack,urg", [.fin, .syn, .rst, .psh, .ack, .urg]),
        ] as [(String, TCPFlags)])
    func theFlagsAreAList(option: String, expected: TCPFlags) throws {
        #expect(try request([option], ["h", "1"]).flags == expected)
    }

    @Test func withoutFlagsTheKernelConnects() throws {
        #expect(try request([], ["h", "1"]).flags == nil)
    }

    @Test(arguments: [
        ("f", ""), ("fsyn,", ""), ("f,", ""), ("f!syn", "!syn"), ("fsyn, ack", " ack"), ("fece", "ece"), ("f2", "2"),
        ("fsyn|ack", "syn|ack"),
    ])
    func aFlagThatIsNoneIsRefused(option: String, word: String) {
        #expect(throws: UsageError.badFlag(word: word)) { try command([option], ["h", "1"]) }
    }

    @Test func flagsAreForTheTCPKnocks() throws {
        #expect(try request(["ffin"], ["h", "1:udp", "2"]).flags == .fin)
        #expect(throws: UsageError.flagsOfDatagrams) { try command(["u", "ffin"], ["h", "1"]) }
        #expect(throws: UsageError.flagsOfDatagrams) { try command(["ffin", "u"], ["h", "1"]) }
    }

    @Test func aOneTimeFileTakesThePlaceOfThePorts() throws {
        #expect(try request(["o/etc/once"], ["h"]) == KnockRequest(host: "h", oneTimeFile: "/etc/once"))
        #expect(try request(["ofile", "u"], ["h"]).onlyUDP)
        #expect(throws: UsageError.portsBesideFile(word: "7000")) { try command(["ofile"], ["h", "7000"]) }
        #expect(throws: UsageError.emptyFile) { try command(["o"], ["h"]) }
        #expect(throws: UsageError.nothingToDo) { try command(["ofile"], []) }
    }

    @Test func aHostAndAPortAreNeeded() {
        #expect(throws: UsageError.nothingToDo) { try command(["v"], []) }
        #expect(throws: UsageError.noPorts(host: "h")) { try command([], ["h"]) }
        #expect(throws: UsageError.emptyHost) { try command([], ["", "1"]) }
    }

    @Test func oneBadPortAmongManyIsRefused() {
        #expect(throws: UsageError.badPort(word: "70000")) { try command([], ["h", "7000", "70000", "8000"]) }
    }

    @Test func helpAndVersionNeedNoHost() throws {
        #expect(try command(["h"], []) == .help)
        #expect(try command(["V"], []) == .version)
        #expect(try command(["v", "h", "V", "dabc"], ["h", "0"]) == .help)
    }
}
