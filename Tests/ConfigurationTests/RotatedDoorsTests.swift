import TestSupport
import Testing

@testable import Configuration

struct RotatedDoorsTests {
    private func warnings(_ sequences: String...) -> [String] {
        let sections = sequences.enumerated().map {
            "[\(["a", "b", "c"][$0])]\nsequence = \($1)\nstrict_sequence = yes\n"
        }
        return review(sections.joined())
    }

    private static func text(_ place: String, _ what: String, _ name: String, _ other: String) -> String {
        "a.conf:\(place): warning: after the knocks of door '\(other)', \(what) opens door '\(name)' too; change the order, "
            + "so that no sequence goes on where the other one begins"
    }

    @Test func aRotationIsOpenedByOneLateRepetition() {
        #expect(
            warnings("700,800,900", "800,900,700") == [Self.text("4:1", "one late repetition of 700:tcp", "b", "a")])
        #expect(
            warnings("700:udp,800,900,600", "600,700:udp,800,900")
                == [Self.text("4:1", "a second try", "b", "a")])
    }

    @Test func everyLineOfAOneTimeFileIsCompared() throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write(Array("#1,2,3\n444,555,666\n700,800,900\n".utf8), to: "ots")
        #expect(
            review("[a]\nsequence = 900,700,800\n[b]\none_time_sequences = \(file)\n").filter {
                $0.contains("repetition")
            }
                == [
                    "a.conf:3:1: warning: after the knocks of door 'a', one late repetition of 900:tcp opens door 'b' (line 3 of its "
                        + "one-time sequences) too; change the order, so that no sequence goes on where the other one begins"
                ])
    }

    @Test func ofTwoThatOpenEachOtherTheLaterOneIsTold() {
        #expect(warnings("800,700", "700,800").map { $0.prefix(10) } == ["a.conf:4:1"])
    }

    @Test(arguments: ["900,700", "800,900,700", "900,700,800"])
    func aSequenceAcrossTheSeamIsTold(inner: String) {
        #expect(warnings("700,800,900", inner).map { $0.prefix(10) } == ["a.conf:4:1"])
    }

    @Test(arguments: [
        "900,800,700", "800,700", "700,900,800", "700,900", "800,900,1000", "1000,700,800", "800:udp,900,700",
    ])
    func otherOrdersAreFine(other: String) {
        #expect(warnings("700,800,900", other) == [])
    }

    @Test(arguments: ["target = 192.0.2.1", "vlan = 5", "tcpflags = fin", "seq_timeout = 0"])
    func doorsThatSeeOtherPacketsDoNotOpenEachOther(directive: String) {
        let said = review("[a]\nsequence=7,8,9\n[b]\nsequence=8,9,7\n\(directive)\n")
        #expect(!said.contains { $0.contains("repetition") })
    }
}
