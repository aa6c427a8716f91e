import Configuration
import Doors
import Knocks
import TestSupport
import Testing

struct DoorReviewTests {
    /// The warnings about a door's directives, which stand from the second line on.
    private func warnings(_ directives: String, options: String = "") -> [String] {
        review("[door]\n\(directives)\n[options]\n\(options)\n")
    }

    // MARK: Flags

    @Test(arguments: ["syn,ack", "rst,syn"])
    func flagsThatNoClientSendsAreWarnedOf(flags: String) {
        #expect(
            warnings("sequence = 8000,7000\ntcpflags = \(flags)")
                == [
                    "a.conf:3:12: warning: no connection attempt carries these flags (they carry syn alone), so "
                        + "ordinary clients cannot open this door; write tcpflags = syn"
                ])
    }

    @Test func theWarningOfFlagsStandsWhereTheLastOfThemDo() {
        let found = warnings("sequence=2,1\ntcpflags=syn\ntcpflags=ack")
        #expect(found.map { $0.prefix(11) } == ["a.conf:4:10"])
    }

    /// FIN ends connections, and all but the first segment of one have no SYN.
    @Test(arguments: ["syn", "syn,!ack", "!ack,!rst", "fin", "fin,!ack", "ack", "!syn"])
    func flagsOfAnOrdinaryClientAreNotWarnedOf(flags: String) {
        #expect(warnings("sequence = 8000,7000\ntcpflags = \(flags)") == [])
    }

    @Test func datagramsNeedNoFlags() {
        #expect(warnings("sequence = 54:udp,53:udp\ntcpflags = syn,ack") == [])
        #expect(warnings("sequence = 54:udp,53\ntcpflags = syn,ack").count == 1)
    }

    // MARK: Time

    @Test func aTimeOutOfZeroIsWarnedOfUnlessOneKnockOpens() {
        #expect(
            warnings("sequence = 8000,7000\nseq_timeout = 0")
                == [
                    "a.conf:3:15: warning: seq_timeout = 0 leaves no time to knock: this door never opens; write 1 or more"
                ])
        #expect(!warnings("sequence = 7000\nseq_timeout = 0").contains { $0.contains("seq_timeout") })
        #expect(
            !warnings("sequence = 8000,7000\nseq_timeout = 0\ntimeout = 1").contains { $0.contains("leaves no time") })
    }

    // MARK: Sequences

    private static let ascending =
        "a port scan that ascends opens this door; write strict_sequence = yes, or ports in another order"

    @Test(arguments: ["7000,8000", "1,2,3", "7000,7000", "1,1,2", "53:udp,54:udp"])
    func portsThatAscendAreWarnedOf(sequence: String) {
        #expect(warnings("sequence = \(sequence)") == ["a.conf:2:12: warning: \(Self.ascending)"])
    }

    @Test(arguments: ["8000,7000", "1,3,2", "2,1,3", "7000,8000,7000", "54:udp,53:tcp", "7000:tcp,8000:udp"])
    func portsInAnotherOrderAreNotWarnedOf(sequence: String) {
        #expect(warnings("sequence = \(sequence)") == [])
    }

    @Test func aStrictDoorMayHavePortsThatAscend() {
        #expect(warnings("sequence = 1,9\nstrict_sequence = yes") == [])
        #expect(warnings("sequence = 1,9", options: "strict_sequence = yes") == [])
        #expect(warnings("sequence = 1,2\nstrict_sequence = no", options: "strict_sequence = yes").count == 1)
    }

    @Test(arguments: [
        ("7000,7001", 2), ("7001,7000:udp", 2), ("7000,7017,7034", 18), ("7034,7017,7000", 18), ("7000,7010,7005", 18),
        ("7000,7000,7000", 18), ("7000,7001:udp,7002,7003:udp", 18),
    ])
    func aStrictDoorWhosePortsAreNearIsWarnedOf(sequence: String, least: Int) {
        let expected =
            "a.conf:2:12: warning: a port scan opens this strict door, its ports are too near to each other; "
            + "write one that is \(least) or more from the one before it"
        #expect(warnings("sequence = \(sequence)\nstrict_sequence = yes") == [expected])
    }

    @Test func aStrictDoorThatOnlyClosesIsNot() {
        let command = "start_command = iptables -D INPUT -s %IP% -j ACCEPT\nstart_command_6 ="
        let found = warnings("sequence = 7000,7001,7002\nstrict_sequence = yes\n\(command)")
        #expect(!found.contains { $0.contains("port scan") })
    }

    @Test(arguments: ["7000,7002", "7000,7017,7035", "7035,7017,7000", "7000,8000,9000", "22,80,7000", "22:udp,80,443"])
    func aStrictDoorWithOnePortFarAwayIsNot(sequence: String) {
        #expect(warnings("sequence = \(sequence)\nstrict_sequence = yes") == [])
    }

    @Test func aStrictDoorOfPortsThatScannersTryFirstIsWarnedOf() {
        #expect(
            warnings("sequence = 8080,22,3389\nstrict_sequence = yes") == [
                "a.conf:2:12: warning: port scanners try these ports first, and so may open this strict door; "
                    + "write others"
            ])
    }

    @Test(arguments: ["7000", "7000:udp"])
    func oneKnockIsWarnedOfStrictOrNot(sequence: String) {
        let expected = [
            "a.conf:2:12: warning: any port scan opens a door of one knock; write more, such as 3, or # check: ok above this "
                + "line if that is meant"
        ]
        #expect(warnings("sequence = \(sequence)") == expected)
        #expect(warnings("sequence = \(sequence)\nstrict_sequence = yes") == expected)
    }

    @Test func aWindowWithoutOneTimeSequencesIsWarnedOf() {
        #expect(
            warnings("sequence = 2,1\none_time_window = 4") == [
                "a.conf:3:19: warning: this is for one-time sequences, and this door has none; write "
                    + "one_time_sequences = FILE, or leave it out"
            ])
    }

    @Test(arguments: ["fin", "ack", "!syn", "syn,ack"])
    func aStrictDoorWhoseFlagsAScanCanHaveIsWarnedOf(flags: String) {
        let text = "sequence = 7000,8000,9000\ntcpflags = \(flags)\nstrict_sequence = "
        #expect(warnings(text + "yes").contains { $0.contains("a port scan with these flags opens this strict door") })
        #expect(!warnings(text + "no").contains { $0.contains("with these flags opens") })
        #expect(
            !warnings("sequence = 7000,8000:udp\nstrict_sequence = yes\ntcpflags = \(flags)").contains {
                $0.contains("with these flags opens")
            })
    }

    @Test(arguments: ["", "tcpflags = syn", "tcpflags = syn,!ack", "tcpflags = !psh"])
    func aStrictDoorOfConnectionAttemptsIsNot(flags: String) {
        #expect(warnings("sequence = 7000,8000,9000\nstrict_sequence = yes\n\(flags)") == [])
    }

    // MARK: One-time sequences

    private func oneTimeWarnings(_ lines: String, _ directives: String) throws -> [String] {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array(lines.utf8), to: "ots")
        return warnings("one_time_sequences = \(path)\n\(directives)").filter { $0.contains("port scan") }
    }

    @Test func eachLineThatCountsIsJudged() throws {
        #expect(
            Set(try oneTimeWarnings("3,2,1\n\n1,2,3\n7\n4,5,6\n", ""))
                == [
                    "a.conf:2:22: warning: line 4 of this file: any port scan opens a door of one knock; write more, such as "
                        + "3, or # check: ok above this line if that is meant",
                    "a.conf:2:22: warning: lines 3, 5 of this file: \(Self.ascending)",
                ])
        #expect(try oneTimeWarnings("3,2,1\n3,1,2\n1,2,3\n", "one_time_window = 2") == [])
    }

    @Test func portsOfStrictOneTimeSequencesMayBeNearerToEachOther() throws {
        #expect(try oneTimeWarnings("70,78,86\n90,70,50\n", "strict_sequence = yes") == [])
        #expect(
            try oneTimeWarnings("70,78,86\n90,91,92\n", "strict_sequence = yes").map { $0.contains("line 2 of") }
                == [true])
        #expect(try oneTimeWarnings("70,78,86\n", "strict_sequence = yes").count == 1)
    }

    @Test(arguments: [(8, "yes", 0), (9, "yes", 1), (64, "no", 0)])
    func aWideWindowOfAStrictDoorIsWarnedOf(window: Int, isStrict: String, count: Int) throws {
        let found = try oneTimeWarnings(
            "9000,8000,7000\n", "one_time_window = \(window)\nstrict_sequence = \(isStrict)")
        #expect(found.count == count)
        #expect(found.allSatisfy { $0.hasPrefix("a.conf:3:19: warning: with so many sequences at once") })
    }

    @Test func severalDoorsOfOneKnockAreNamedTogether() {
        let found = review("[a]\nsequence=1\n[b]\nsequence=2:udp\n[c]\nsequence = 3\ntcpflags = fin\n")
        #expect(found.count == 1)
        #expect(
            found[0].hasPrefix("a.conf:2:10: warning: any port scan opens a door of one knock (also line 4); write"))
    }

    @Test func noScanHarmsADoorThatCloses() {
        let close = "\ncommand = iptables -D INPUT -s %IP% -j ACCEPT\ncommand_6 ="
        #expect(warnings("sequence = 1\(close)") == [])
        #expect(warnings("sequence = 1,2\(close)") == [])
    }

    @Test func noOrdinaryScanOpensADoorOfOtherFlags() {
        #expect(warnings("sequence = 1\ntcpflags = fin") == [])
        #expect(warnings("sequence = 1,2\ntcpflags = fin") == [])
        #expect(warnings("sequence = 1:udp,2:udp\ntcpflags = fin").count == 1)
    }

    // MARK: What warnings do

    @Test func aWarningNeverKeepsAFileFromBeingUsed() {
        let outcome = read(
            "[d]\nsequence = 2,1\nseq_timeout = 0\ntcpflags = syn,ack\ncommand = /no/such\n[e]\nsequence=1\n")
        #expect(ConfigurationReview.diagnostics(of: outcome, searchPath: "").count == 4)
        #expect(outcome.configuration?.doors.count == 2)
        #expect(outcome.diagnostics == [])
    }

    @Test func warningsComeInTheOrderOfTheFile() {
        let all = review(
            "[d]\nsequence = 1,2\nseq_timeout = 0\n[e]\nsequence = 2,1\ntcpflags = syn,ack\ncommand = ufw allow 22\n")
        #expect(
            all.map { $0.prefix(11) } == ["a.conf:2:12", "a.conf:3:15", "a.conf:6:12", "a.conf:7:11", "a.conf:7:11"])
    }

    @Test func errorsComeAlone() {
        let all = review("[d]\nsequence = 1,2\nseq_timeout = soon\ntcpflags = fin\n")
        #expect(all.map { $0.prefix(11) } == ["a.conf:3:15"])
    }
}
