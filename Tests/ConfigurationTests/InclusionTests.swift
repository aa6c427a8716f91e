import Doors
import Foundation
import Knocks
import Linux
import TestSupport
import Testing

@testable import Configuration

struct InclusionTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        let inner = directory.path("knockd.d")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
    }

    private func write(_ text: String, _ name: String) throws {
        try directory.write(Array(text.utf8), to: name)
    }

    /// What the reader makes of a text that stands in the file a.conf of the directory.
    private func read(_ text: String) -> ConfigurationOutcome {
        ConfigurationReader.read(Array(text.utf8), file: directory.path("a.conf"))
    }

    private func names(_ text: String) throws -> [String] {
        let outcome = read(text)
        #expect(outcome.diagnostics == [])
        return try #require(outcome.configuration).doors.map(\.identity.name)
    }

    /// What is said, without the directory's name.
    private func diagnostics(_ text: String) -> [String] {
        read(text).diagnostics.map { $0.description.replacingOccurrences(of: directory.path + "/", with: "") }
    }

    // MARK: Where and what

    @Test func aPatternIncludesItsFilesInOrder() throws {
        for name in ["b", "a", "10"] { try write("[\(name)]\nsequence = 1\n", "knockd.d/\(name).conf") }
        try write("nonsense", "knockd.d/a.conf~")
        try write("nonsense", "knockd.d/.c.conf")
        #expect(try names("[x]\nsequence=1\ninclude = knockd.d/*.conf\n") == ["x", "10", "a", "b"])
        #expect(try names("INCLUDE = \(directory.path)/knockd.d/?.conf\n") == ["a", "b"])
    }

    @Test func anIncludeMayStandAnywhere() throws {
        try write("[i]\nsequence = 9\n", "i.conf")
        let text = "include = i.conf\n[options]\ninclude = i.conf\nlogfile = /l\n[d]\ninclude=i.conf\nsequence = 5,4\n"
        let configuration = try #require(read(text).configuration)
        #expect(configuration.doors.map(\.identity.name) == ["i", "i", "d", "i"])
        #expect(configuration.doors.map(\.identity.ordinal) == [1, 2, 1, 3])
        #expect(configuration.options.logFile == "/l")
        #expect(configuration.doors[2].sequence?.sequence.knocks == knocks(5, 4))
        #expect(configuration.doors[3].sequence?.sequence.knocks == knocks(9))
    }

    @Test func anIncludedFileBeginsWithoutASection() throws {
        try write("cmd_timeout = 5\n", "i.conf")
        #expect(
            diagnostics("[d]\nsequence = 1\ninclude = i.conf\n")
                == ["i.conf:1:1: all directives must belong to a section; write [options] or a door's name first"])
    }

    @Test func anIncludedFilesSectionEndsWithIt() throws {
        try write("[i]\nsequence = 9\n", "i.conf")
        #expect(
            diagnostics("include = i.conf\ncmd_timeout = 5\n")
                == ["a.conf:2:1: all directives must belong to a section; write [options] or a door's name first"])
    }

    @Test func includedOptionsCount() throws {
        try write("[options]\ninterface = eth1\nusesyslog\n[i]\nsequence = 1\nusesyslog\n", "i.conf")
        let options = try #require(read("[options]\ninterface = eth0\ninclude = i.conf\n").configuration).options
        #expect(options.interfaces == ["eth0", "eth1"])
        #expect(options.useSyslog)
    }

    @Test func namesAreRelativeToTheFileTheyStandIn() throws {
        try write("include = two.conf\n", "knockd.d/one.conf")
        try write("[two]\nsequence = 1\n", "knockd.d/two.conf")
        #expect(try names("include = knockd.d/one.conf\n") == ["two"])
    }

    @Test func wildcardsInADirectorysNameAreTakenAsTheyAre() throws {
        let odd = directory.path("[x]*")
        try FileManager.default.createDirectory(atPath: odd, withIntermediateDirectories: false)
        try write("[i]\nsequence = 1\n", "[x]*/i.conf")
        let outcome = ConfigurationReader.read(Array("include = *.conf\n".utf8), file: "\(odd)/a.conf")
        #expect(outcome.configuration?.doors.count == 1)
    }

    @Test func aPatternMayMatchNothing() throws {
        #expect(try names("include = knockd.d/*.conf\ninclude = missing/*.conf\n") == [])
    }

    @Test func anIncludeUnderAWrongHeadingIsReadToo() throws {
        try write("[i]\nsequence = x\n", "i.conf")
        #expect(diagnostics("[]\ninclude = i.conf\n").count == 2)
    }

    // MARK: What is wrong

    @Test func aMissingFileIsAnErrorWhereItIsIncluded() {
        #expect(
            diagnostics("[options]\n include = none.conf\n")
                == ["a.conf:2:12: none.conf: No such file or directory; name files that can be read"])
        #expect(diagnostics("include =\n") == ["a.conf:1:10: the value is missing; write one behind the '='"])
        #expect(diagnostics("include\n") == ["a.conf:1:1: 'include' has no value; write include = VALUE"])
    }

    @Test func aDirectoryIsNoFile() throws {
        let inner = directory.path("knockd.d/x.conf")
        try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: false)
        try write("[i]\nsequence = 1\ncolour = red\n", "knockd.d/y.conf")
        let said = diagnostics("include = knockd.d/*.conf\n")
        try #require(said.count == 2, "the other file is read all the same")
        #expect(said[0] == "a.conf:1:11: knockd.d/x.conf: Is a directory; name files that can be read")
        #expect(said[1].hasPrefix("knockd.d/y.conf:3:1: 'colour' is no directive"))
    }

    @Test func whatIsWrongIsToldFileByFile() throws {
        try write("[i]\nsequence = x\n[j]\n", "i.conf")
        try write("junk\n", "j.conf")
        let said = diagnostics("include = i.conf\njunk\ninclude = j.conf\n[d]\n")
        #expect(said.map { $0.prefix(10) } == ["a.conf:2:1", "a.conf:4:1", "i.conf:2:1", "i.conf:3:1", "j.conf:1:1"])
    }

    // MARK: Limits

    @Test func aFileCannotIncludeItself() throws {
        try write("include = a.conf\n", "a.conf")
        #expect(
            diagnostics("include = a.conf\n")
                == ["a.conf:1:11: a.conf would include itself; take it out of the pattern"])
        try write("include = ../a.conf\n", "knockd.d/i.conf")
        let link = directory.path("link.conf")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path("knockd.d/i.conf"))
        #expect(diagnostics("include = knockd.d/i.conf\n").map { $0.prefix(23) } == ["knockd.d/i.conf:1:11: k"])
    }

    @Test func filesIncludeFilesToALimit() throws {
        for level in 1...9 { try write("include = \(level + 1).conf\n", "\(level).conf") }
        try write("[i]\nsequence = 1\n", "8.conf")
        #expect(try names("include = 1.conf\n") == ["i"])
        try write("include = 9.conf\n", "8.conf")
        #expect(
            diagnostics("include = 1.conf\n") == ["8.conf:1:11: too many levels of included files; write at most 8"])
    }

    @Test func theWholeHasALimitOfBytesToldOnce() throws {
        try write("#" + String(repeating: "x", count: 1_000_000), "big.conf")
        let said = diagnostics(String(repeating: "include = big.conf\n", count: 50))
        #expect(said == ["a.conf:5:11: big.conf makes the configuration too large; write at most 1000 files and 4 MiB"])
    }

    @Test func theWholeHasALimitOfFilesToldOnce() throws {
        try write("", "empty.conf")
        let said = diagnostics(String(repeating: "include = empty.conf\n", count: 3_000))
        #expect(
            said == ["a.conf:1000:11: empty.conf makes the configuration too large; write at most 1000 files and 4 MiB"]
        )
    }

    @Test func filesThatIncludeEachOtherManyTimesEnd() throws {
        try write(String(repeating: "include = 2.conf\n", count: 100), "1.conf")
        try write(String(repeating: "include = 3.conf\n", count: 100), "2.conf")
        try write("", "3.conf")
        #expect(diagnostics(String(repeating: "include = 1.conf\n", count: 100)).count == 1)
    }
}
