import Doors
import Knocks
import Testing

@testable import Configuration

struct SilencedLinesTests {
    private static let oneKnock = "any port scan opens a door of one knock"

    @Test(arguments: [
        "[d]\nsequence = 7000 # check: ok\n", "[d]\n# check: ok\nsequence = 7000\n",
        "[d]\n  #check:ok\n\n# a comment\nsequence = 7000\n", "[d]\nsequence = 7000 # CHECK : OK it wakes a machine\n",
        "[d]\n# check: ok, it is meant\nsequence = 7000\n", "[d]\nsequence = 7000 # check:ok; so\n",
        "[d] # check: ok\nseq_timeout = 5\nsequence = 7000\n", "# check: ok\n[d]\nsequence = 7000\n",
        "[d]\nsequence = 7000\t# check: ok\ncommand = true # check: ok\n",
    ])
    func aMarkedLineIsNotWarnedOf(text: String) {
        #expect(review(text) == [])
        #expect(read(text).configuration?.doors.first?.sequence?.sequence.count == 1)
    }

    @Test(arguments: [
        "# check: ok\n[options]\n[d]\nsequence = 7000\n", "[d]\n# check: ok\nseq_timeout = 5\nsequence = 7000\n",
        "[d]\n# check: okay\nsequence = 7000\n", "[d]\n# check: ok?\nsequence = 7000\n",
        "[d]\n# check it: ok\nsequence = 7000\n",
        "[d]\nsequence = 7000\n# check: ok\n", "[e] # check: ok\nsequence=2,1\n[d]\nsequence = 7000\n",
        "[d]\nsequence = 7000\nseq_timeout = 5 # check: ok\n",
    ])
    func otherLinesAre(text: String) {
        let found = review(text)
        #expect(found.count == 1 && found[0].contains(Self.oneKnock), "\(found)")
    }

    @Test func anErrorIsNeverSilenced() {
        #expect(diagnostics("[d] # check: ok\nsequence = 70000 # check: ok\n").count == 1)
    }

    @Test func theNextLineOfOneCauseIsNamedInstead() {
        let found = review("[a]\nsequence = 1 # check: ok\n[b]\nsequence = 2\n[c]\nsequence = 3\n")
        #expect(found.count == 1 && found[0].hasPrefix("a.conf:4:12") && found[0].contains("(also line 6)"), "\(found)")
    }

    @Test func whatStandsInQuotesIsNoMark() throws {
        let text = "[d]\nsequence = 2,1\ncommand = echo \"# check: ok\"\n"
        #expect(read(text).configuration?.doors.first?.actions?.start.text == "echo \"# check: ok\"")
        let marked = "[d]\nsequence = 2,1\ncommand = echo hi # check: ok\n"
        #expect(read(marked).configuration?.doors.first?.actions?.start.text == "echo hi")
    }
}
