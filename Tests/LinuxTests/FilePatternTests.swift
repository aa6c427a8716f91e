import Foundation
import Linux
import TestSupport
import Testing

struct FilePatternTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func matches(_ pattern: String) throws -> [String] {
        try FilePattern.matches(directory.path(pattern)).map { String($0.dropFirst(directory.path.utf8.count + 1)) }
    }

    @Test func matchesComeInTheOrderOfTheirBytes() throws {
        for name in ["b.conf", "a.conf", "10.conf", "9.conf", "B.conf", ".hidden.conf", "a.conf~", "a.txt"] {
            try directory.write([], to: name)
        }
        #expect(try matches("*.conf") == ["10.conf", "9.conf", "B.conf", "a.conf", "b.conf"])
        #expect(try matches("?.conf") == ["9.conf", "B.conf", "a.conf", "b.conf"])
        #expect(try matches("[ab].conf") == ["a.conf", "b.conf"])
    }

    @Test func thatNothingMatchesIsNoError() throws {
        try directory.write([], to: "file")
        #expect(try matches("*.conf") == [])
        #expect(try matches("missing/*.conf") == [])
        #expect(try matches("missing/*/x.conf") == [])
        #expect(try matches("file/*.conf") == [])
    }

    @Test func anEscapedNameMatchesItselfAlone() throws {
        let odd = #"a[b]*?\c"#
        try directory.write([], to: odd)
        try directory.write([], to: "abx")
        #expect(try matches(FilePattern.escaped(odd)) == [odd])
    }

    @Test(arguments: [
        ("/etc/knockd.d/*.conf", true), ("a?", true), ("[a]", true), ("/etc/knockd.conf", false), ("", false),
    ])
    func wildcardsMakeAPattern(name: String, isPattern: Bool) {
        #expect(FilePattern.isPattern(name) == isPattern)
    }
}
