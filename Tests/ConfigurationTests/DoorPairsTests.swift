import Glibc
import Knocks
import TestSupport
import Testing

@testable import Configuration

struct DoorPairsTests {
    /// What is said about doors, but for how scans meet their ports.
    private func warnings(_ doors: String...) -> [String] {
        let sections = doors.enumerated().map { "[\(["a", "b", "c"][$0])]\n\($1)\nstrict_sequence = yes\n" }
        return review(sections.joined()).filter { !$0.contains("port scan opens") }
    }

    private static func together(line: Int, _ one: String, _ other: String) -> String {
        "a.conf:\(line):1: warning: doors '\(one)' and '\(other)' have the same knocks and open together; change one of them"
    }

    private static func onTheWay(line: Int, _ name: String, _ other: String) -> String {
        "a.conf:\(line):1: warning: door '\(name)' cannot be opened alone: its knocks open door '\(other)' on the way; "
            + "change one of them"
    }

    @Test func doorsWithTheSameKnocksOpenTogether() {
        #expect(warnings("sequence=7,8", "sequence=7,8") == [Self.together(line: 4, "a", "b")])
        #expect(
            warnings("sequence=7,8", "sequence=7,8", "sequence=7,8").map { $0.prefix(10) }
                == ["a.conf:4:1", "a.conf:7:1"])
    }

    @Test(arguments: ["7,8", "8,9", "7,8,9", "9,10", "8,9,10"])
    func aSequenceWithinAnotherOpensOnTheWay(inner: String) {
        #expect(warnings("sequence=7,8,9,10", "sequence=\(inner)") == [Self.onTheWay(line: 1, "a", "b")])
        #expect(warnings("sequence=\(inner)", "sequence=7,8,9,10") == [Self.onTheWay(line: 4, "b", "a")])
    }

    @Test(arguments: [
        ("7,8,9", "9,8,7"), ("7,8,9", "7,9"), ("7,8,9,10", "7,10,9"), ("7,8,9", "8,7"), ("7,8,9", "10,8"),
        ("7,8", "7:udp,8:udp"),
        ("7,8,9", "7,8,10"), ("7,8", "8,9:udp"),
    ])
    func otherSequencesHaveNothingToDoWithEachOther(one: String, other: String) {
        #expect(warnings("sequence=\(one)", "sequence=\(other)") == [])
    }

    @Test func everyLineOfAOneTimeFileIsCompared() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(Array("#1,2\n444,555\n7,8\n".utf8), to: "ots")
        #expect(unsafe chmod(file, 0o600) == 0)
        #expect(
            warnings("sequence=7,8", "one_time_sequences=\(file)") == [
                "a.conf:4:1: warning: doors 'a' and 'b' (line 3 of its one-time sequences) have the same knocks and open "
                    + "together; change one of them"
            ])
        #expect(
            warnings("one_time_sequences=\(file)", "sequence=6,7,8,9") == [
                "a.conf:4:1: warning: door 'b' cannot be opened alone: its knocks open door 'a' (line 3 of its one-time "
                    + "sequences) on the way; change one of them"
            ])
    }

    /// Sixteen wrong packets between two knocks do not end an attempt at a strict door.
    @Test func aStrictDoorsKnocksMayHaveOthersBetweenThem() {
        #expect(warnings("sequence=7,1,8,2,9", "sequence=7,8,9") == [Self.onTheWay(line: 1, "a", "b")])
        let many = (1...17).map { "\($0 + 100)" }.joined(separator: ",")
        #expect(warnings("sequence=7,\(many),8,9", "sequence=7,8,9") == [])
    }

    @Test(arguments: ["target = 192.0.2.1", "vlan = 5", "tcpflags = syn,ack", "tcpflags = fin"])
    func doorsThatSeeOtherPacketsHaveNothingToDoWithEachOther(directive: String) {
        let said = warnings("sequence=7,8", "sequence=7,8\n\(directive)")
        #expect(!said.contains { $0.contains("doors ") })
        #expect(warnings("sequence=7,8\n\(directive)", "sequence=7,8\n\(directive)").contains { $0.contains("doors ") })
    }

    @Test func flagsThatAdmitTheSameClientsAreNoDifference() {
        #expect(warnings("sequence=7,8\ntcpflags=syn", "sequence=7,8\ntcpflags=!ack").count == 1)
        #expect(warnings("sequence=7:udp,8:udp\ntcpflags=fin", "sequence=7:udp,8:udp\ntcpflags=syn").count == 1)
    }

    @Test func aDoorWithoutTimeIsNotOpenedOnTheWay() {
        let said = warnings("sequence=7,8,9", "sequence=8,9\nseq_timeout=0")
        #expect(said.map { $0.prefix(11) } == ["a.conf:6:13"], "only that it never opens")
    }

    @Test(
        arguments: [
            (knocks(2, 3), knocks(1, 2, 3, 4), true), (knocks(1, 2), knocks(1, 1, 2), true),
            (knocks(1, 2), knocks(1, 3, 2), false), (knocks(1, 2), knocks(1, 3, 1, 2), true),
            (knocks(1, 1, 2), knocks(1, 2), false), (knocks(1, 2, 3), knocks(1, 2, 1, 2, 3), true),
            (knocks(1), knocks(2, 1), true), (knocks(1, 2, 2, 3), knocks(1, 2, 3), false),
        ] as [([Knock], [Knock], Bool)])
    func completionFollowsTheMatcher(sequence: [Knock], knocks: [Knock], isComplete: Bool) {
        #expect(DoorPairs.completes(sequence, on: knocks) == isComplete)
    }

    @Test func thousandsOfDoorsAreReviewedInTime() {
        let doors = (0..<5_000).map { "[d\($0)]\nsequence=9,8,7\n" }
        #expect(review(doors.joined()).count == ConfigurationLimits.comparedSequences - 1)
    }
}
