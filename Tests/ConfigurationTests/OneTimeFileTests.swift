import Foundation
import Knocks
import Linux
import TestSupport
import Testing

@testable import Configuration

struct OneTimeFileTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("ots")
    }

    private func file(_ text: String) throws -> String {
        try directory.write(Array(text.utf8), to: "ots")
    }

    private var text: String {
        get throws { String(decoding: try Files.read(path), as: UTF8.self) }
    }

    private func sequence(_ knocks: [Knock]) -> KnockSequence {
        guard let sequence = KnockSequence(knocks) else { preconditionFailure("no sequence") }
        return sequence
    }

    // MARK: Reading

    @Test(
        arguments: [
            ("1,2\n3,4\n", knocks(1, 2), 2), (" 1,2\n", knocks(1, 2), 1), ("1,2", knocks(1, 2), 1),
            ("\n# 9,9\n \t#8,8\n\n\t3,4\r\n5\n", knocks(3, 4), 2), ("1:tcp , 2 : UDP\n", knocks(1, udp: [2]), 1),
            ("7000:udp\n", knocks(udp: [7000]), 1),
        ] as [(String, [Knock], Int)])
    func theFirstUnusedLineIsNext(text: String, next: [Knock], remaining: Int) throws {
        let read = try OneTimeFile.read(try file(text))
        #expect(read.next?.knocks == next)
        #expect(read.remaining == remaining)
    }

    @Test func ofManyBadLinesTheSummaryQuotesTheFirst() throws {
        let path = try file("x\ny\nz\n")
        do throws(OneTimeFile.Failure) {
            _ = try OneTimeFile.read(path)
            Issue.record("it was read")
        } catch {
            #expect(error.summary.hasPrefix("\(path):1:1: "))
            #expect(error.summary.hasSuffix(" (and 2 more bad lines)"))
            #expect(!error.summary.contains("\n"))
        }
    }

    @Test(arguments: ["", "\n", "#1,2\n", " # 1,2\n\r\n", "#\n#\n#"])
    func aFileCanBeUsedUp(text: String) throws {
        let read = try OneTimeFile.read(try file(text))
        #expect(read.next == nil)
        #expect(read.remaining == 0)
    }

    @Test(arguments: [
        ("1,2\n70000,1\n", 2, 1, "'70000' is no port"), (" 1,2\n\n 1,:udp\n", 3, 4, "a port is missing"),
        ("1,2\n[door]\n", 2, 1, "'[door]' is no port"),
        ("0\n", 1, 1, "'0' is no port"), ("1,-1\n", 1, 3, "'-1' is no port"),
    ])
    func oneBadLineRefusesTheFile(text: String, line: Int, column: Int, what: String) throws {
        let path = try file(text)
        let expected = Diagnostic(
            severity: .error, file: path, line: line, column: column,
            message: "\(what); write a number from 1 to 65535, such as 7000 or 7000:udp")
        #expect(throws: OneTimeFile.Failure.badLines([expected])) { try OneTimeFile.read(path) }
    }

    @Test func allBadLinesAreTold() throws {
        let path = try file("x\n1\ny:\n2:z\n")
        let failure = #expect(throws: OneTimeFile.Failure.self) { try OneTimeFile.read(path) }
        let lines = failure?.description.split(separator: "\n").map { $0.dropFirst(path.utf8.count).prefix(5) }
        #expect(lines == [":1:1:", ":3:1:", ":4:3:"])
    }

    @Test func aUsedLineMayHoldAnything() throws {
        #expect(try OneTimeFile.read(try file("#70000,1\n# é ?\n1\n")).remaining == 1)
        let path = try directory.write([0x23, 0xFF, 0x00, 0x0A, 0x31, 0x0A], to: "ots")
        #expect(try OneTimeFile.read(path).next?.knocks == knocks(1))
    }

    @Test func bytesThatAreNoTextAreABadLine() throws {
        let path = try directory.write([0x31, 0x0A, 0x32, 0x00, 0x0A], to: "ots")
        let failure = #expect(throws: OneTimeFile.Failure.self) { try OneTimeFile.read(path) }
        #expect(failure?.description == "\(path):2:1: the line holds bytes that are no text; write it in UTF-8")
    }

    @Test func aMissingFileIsAFailure() {
        let failure = #expect(throws: OneTimeFile.Failure.self) { try OneTimeFile.read(path) }
        #expect(failure?.description == "\(path): No such file or directory")
    }

    // MARK: Spending

    @Test(arguments: [
        (" 1,2\n 3,4\n", "#1,2\n 3,4\n"), ("1,2\n3,4\n", "#1,2\n3,4\n"), ("\t1,2\n3,4", "#1,2\n3,4"),
        ("# a\n\n  1,2\r\n 3,4\r\n", "# a\n\n# 1,2\r\n 3,4\r\n"), ("#1,2\n\n1,2\n#x\n3,4\n", "#1,2\n\n#1,2\n#x\n3,4\n"),
    ])
    func theUsedLineBecomesACommentAndNothingElseChanges(before: String, after: String) throws {
        let left = try OneTimeFile.spend(sequence(knocks(1, 2)), from: try file(before))
        #expect(try text == after)
        #expect(left.next?.knocks == knocks(3, 4))
        #expect(left.remaining == 1)
        #expect(try OneTimeFile.read(path) == left)
    }

    // MARK: A window

    @Test(
        arguments: [
            (knocks(1), "#1\n 2\n# x\n3\n4\n", 3), (knocks(2), "#1\n#2\n# x\n3\n4\n", 2),
            (knocks(3), "#1\n#2\n# x\n#3\n4\n", 1),
        ] as [([Knock], String, Int)])
    func whatIsUsedWithinTheWindowUsesUpWhatIsBefore(used: [Knock], after: String, remaining: Int) throws {
        let left = try OneTimeFile.spend(sequence(used), from: try file("1\n 2\n# x\n3\n4\n"), window: 3)
        #expect(try text == after)
        #expect(left.remaining == remaining)
    }

    @Test func whatIsBehindTheWindowIsNotSpent() throws {
        let path = try file("1\n2\n3\n4\n")
        #expect(throws: OneTimeFile.Failure.otherNext(path: path)) {
            try OneTimeFile.spend(sequence(knocks(4)), from: path, window: 3)
        }
        #expect(try text == "1\n2\n3\n4\n")
    }

    @Test func theWindowIsTheFirstUnusedLines() throws {
        let read = try OneTimeFile.read(try file("#1\n2\n3\n\n4\n5\n"))
        #expect(read.upcoming(3).map(\.knocks) == [knocks(2), knocks(3), knocks(4)])
        #expect(read.upcoming(9).count == 4)
        #expect(read.next?.knocks == knocks(2))
        let long = try OneTimeFile.read(try file((1...500).map { "\($0)\n" }.joined()))
        #expect(long.upcoming(1000).count == ConfigurationLimits.longestOneTimeWindow)
        #expect(long.remaining == 500)
    }

    @Test func ofEqualLinesTheFirstIsUsed() throws {
        let path = try file("1\n2\n1\n")
        #expect(try OneTimeFile.spend(sequence(knocks(1)), from: path, window: 8).remaining == 2)
        #expect(try OneTimeFile.spend(sequence(knocks(1)), from: path, window: 8).remaining == 0)
    }

    // MARK: Others

    @Test func aReadersLockKeepsNobodyFromSpending() throws {
        let path = try file("1,2\n3,4\n")
        let reader = try Descriptor.open(path, O_RDONLY)
        #expect(flock(reader.number, LOCK_SH | LOCK_NB) == 0)
        #expect(try OneTimeFile.spend(sequence(knocks(1, 2)), from: path).remaining == 1)
        let other = try Descriptor.open(path, O_RDONLY)
        #expect(flock(other.number, LOCK_EX | LOCK_NB) == 0)
        #expect(try OneTimeFile.spend(sequence(knocks(3, 4)), from: path).remaining == 0)
        #expect(try directory.names() == ["ots"], "no lock file is left behind")
    }

    @Test func otherBytesStayWhateverTheyAre() throws {
        let before: [UInt8] = [0x23, 0xFF, 0x00, 0xC3, 0x0A, 0x20, 0x31, 0x0D, 0x0A, 0x23, 0xE9]
        try directory.write(before, to: "ots")
        try OneTimeFile.spend(sequence(knocks(1)), from: path)
        var after = before
        after[5] = 0x23
        #expect(try Files.read(path) == after)
    }

    @Test func theLastOneLeavesNone() throws {
        let left = try OneTimeFile.spend(sequence(knocks(1, 2)), from: try file("#0,0\n 1,2\n"))
        #expect(left.next == nil)
        #expect(left.remaining == 0)
    }

    @Test func equalLinesAreSpentOneByOne() throws {
        let path = try file("1,2\n1,2\n1,2\n")
        for remaining in [2, 1, 0] {
            #expect(try OneTimeFile.spend(sequence(knocks(1, 2)), from: path).remaining == remaining)
        }
        #expect(try text == "#1,2\n#1,2\n#1,2\n")
        #expect(throws: OneTimeFile.Failure.otherNext(path: path)) {
            try OneTimeFile.spend(sequence(knocks(1, 2)), from: path)
        }
    }

    @Test(arguments: ["3,4\n1,2\n", "#1,2\n", "", "1,2,3\n", "1\n"])
    func onlyTheExpectedSequenceIsSpent(text: String) throws {
        let path = try file(text)
        #expect(throws: OneTimeFile.Failure.otherNext(path: path)) {
            try OneTimeFile.spend(sequence(knocks(1, 2)), from: path)
        }
        #expect(try self.text == text)
    }

    @Test func aFileWithABadLineIsNotChanged() throws {
        let path = try file("1,2\nbad\n")
        #expect(throws: OneTimeFile.Failure.self) { try OneTimeFile.spend(sequence(knocks(1, 2)), from: path) }
        #expect(try text == "1,2\nbad\n")
    }

    @Test func whileAnotherProcessSpendsNothingIsSpent() throws {
        let path = try file("1,2\n3,4\n")
        let other = try ReplaceableFile(path)
        let failure = #expect(throws: OneTimeFile.Failure.self) {
            try OneTimeFile.spend(sequence(knocks(1, 2)), from: path)
        }
        withExtendedLifetime(other) {}
        #expect(
            failure?.description == "\(path): another process is just taking a sequence from this file; try again")
        #expect(try text == "1,2\n3,4\n")
    }

    @Test func manyWhoWantOneLineSpendItOnce() async throws {
        let path = try file((1...200).map { "\($0),7\n" }.joined())
        let first = sequence(knocks(1, 7))
        let spent = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 { group.addTask { (try? OneTimeFile.spend(first, from: path)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(spent == 1)
        #expect(try OneTimeFile.read(path).remaining == 199)
        #expect(try directory.names() == ["ots"])
    }

    @Test func randomFilesAreSpentToTheirEnd() throws {
        var random = SeededGenerator.announced()
        let ends = ["\n", "\r\n"]
        let noise = ["", "# 1,2", "  # x", " \t", "#"]
        for _ in 0..<30 {
            var lines: [String] = []
            var expected: [[Knock]] = []
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                if random.oneIn(3) { lines.append(noise.randomElement(using: &random) ?? "") }
                let ports = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                    UInt16.random(in: 1...65535, using: &random)
                }
                expected.append(ports.map { Knock(.udp, $0) })
                let blanks = ["", " ", "\t ", "   "].randomElement(using: &random) ?? ""
                lines.append(blanks + ports.map { "\($0):udp" }.joined(separator: " , "))
            }
            let path = try file(lines.joined(separator: ends.randomElement(using: &random) ?? "\n"))
            for (number, knocks) in expected.enumerated() {
                let left = try OneTimeFile.spend(sequence(knocks), from: path)
                #expect(left.remaining == expected.count - number - 1)
                #expect(left.next?.knocks == (number + 1 < expected.count ? expected[number + 1] : nil))
            }
            #expect(try OneTimeFile.read(path).next == nil)
        }
    }
}
