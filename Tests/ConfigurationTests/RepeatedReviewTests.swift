import TestSupport
import Testing

@testable import Configuration

struct RepeatedReviewTests {
    private func warnings(_ text: String) -> [String] {
        review(text).filter { $0.contains("replaces") || $0.contains("already") || $0.contains("no door") }
    }

    @Test(arguments: ["", "# nothing\n", "[options]\nusesyslog\n"])
    func aFileWithoutDoorsIsWarnedOf(text: String) {
        #expect(
            warnings(text) == [
                "a.conf: warning: there is no door, so nothing can be opened; write one, such as [openSSH] and a "
                    + "sequence below"
            ])
    }

    @Test(arguments: [
        ("sequence = 8,7", "sequence = 9,8", "sequence"), ("seq_timeout = 1", "timeout = 2", "seq_timeout"),
        ("command = a", "Start_Command = b", "command"), ("STOP_COMMAND = a", "stop_command = a", "STOP_COMMAND"),
        ("command_6 = a", "start_command_6 = b", "command_6"), ("keys = a", "keys = b", "keys"),
    ])
    func aDirectiveThatReplacesAnEarlierOneIsWarnedOf(one: String, other: String, name: String) {
        let text = "[d]\n\(one)\nmax_openings = 5\n  \(other)\n" + (name == "sequence" ? "" : "sequence = 6,5\n")
        #expect(
            read(text).repeats.map(\.diagnostic.description)
                == ["a.conf:4:3: warning: this replaces the '\(name)' of line 2; take one of them out"])
    }

    @Test func optionsOfSeveralSectionsReplaceEachOther() {
        #expect(
            warnings("[options]\nlogfile = /a\n[d]\nsequence = 8,7\n[options]\nLogFile = /b\n") == [
                "a.conf:6:1: warning: this replaces the 'logfile' of line 2; take one of them out"
            ])
    }

    @Test func directivesThatAddUpAndThoseOfOtherDoorsReplaceNothing() {
        let doors = "[d]\nsequence = 8,7\ntcpflags = syn\ntcpflags = !ack\n[e]\nsequence = 6,5\n[d2]\nsequence = 4,3\n"
        #expect(warnings("[options]\ninterface = a\ninterface = b\nusesyslog\nusesyslog\n\(doors)") == [])
    }

    @Test func doorsOfOneNameAreWarnedOf() {
        #expect(
            warnings("[d]\nsequence = 8,7\n[e]\nsequence = 6,5\n[d]\nsequence = 4,3\n") == [
                "a.conf:5:1: warning: there is a door 'd' already (line 1), and the log does not tell the two apart; rename "
                    + "one of them"
            ])
    }

    @Test func aRepeatedOneTimeSequenceIsWarnedOf() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array("8,7\n#8,7\n6,5\n8 , 7:tcp\n".utf8), to: "ots")
        #expect(
            read("[d]\none_time_sequences = \(path)\n").diagnostics.map(\.description) == [
                "\(path):4:1: warning: this repeats the sequence of line 1, which others may have seen in use; write "
                    + "another"
            ])
    }
}
