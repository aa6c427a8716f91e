import Foundation
import Linux
import TestSupport
import Testing

@testable import Ledger

struct LedgerMarkTests {
    private let directory: TemporaryDirectory
    private let keys: String
    private let one = String(repeating: "a1", count: 16)
    private let other = String(repeating: "b2", count: 16)

    init() throws {
        directory = try TemporaryDirectory()
        keys = directory.path("keys")
        try Files.makePrivateDirectory(keys)
    }

    @Test func withoutAMarkItIsAbsent() {
        #expect(LedgerMark.check(directory: keys, id: one) == .absent)
        #expect(LedgerMark.check(directory: directory.path("none"), id: one) == .absent)
    }

    @Test func whatWasWrittenMatchesAndNothingElseDoes() throws {
        try LedgerMark.write(directory: keys, id: one)
        #expect(LedgerMark.check(directory: keys, id: one) == .matches)
        #expect(LedgerMark.check(directory: keys, id: other) == .differs)
        try LedgerMark.write(directory: keys, id: other)
        #expect(LedgerMark.check(directory: keys, id: one) == .differs)
        #expect(LedgerMark.check(directory: keys, id: other) == .matches)
        #expect(Files.mode(keys + "/.ledger") == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: keys) == [".ledger"], "and nothing is left beside it")
    }

    @Test(arguments: [[], Array("a1".utf8), Array(repeating: 0x61, count: 100_000), [0xFF, 0x0A]] as [[UInt8]])
    func whatIsNoMarkDiffers(content: [UInt8]) throws {
        try directory.write(content, to: "keys/.ledger")
        #expect(chmodded(0o600, keys + "/.ledger"))
        #expect(LedgerMark.check(directory: keys, id: one) == .differs)
    }

    @Test func aMarkThatOthersCanWriteIsNotBelieved() throws {
        try LedgerMark.write(directory: keys, id: one)
        #expect(chmodded(0o666, keys + "/.ledger"))
        #expect(LedgerMark.check(directory: keys, id: one) == .unreadable(.mode(0o666)))
        try LedgerMark.write(directory: keys, id: one)
        #expect(LedgerMark.check(directory: keys, id: one) == .matches)
    }

    @Test func aLinkIsNoMark() throws {
        try LedgerMark.write(directory: keys, id: one)
        try Files.rename(keys + "/.ledger", to: directory.path("elsewhere"))
        try FileManager.default.createSymbolicLink(
            atPath: keys + "/.ledger", withDestinationPath: directory.path("elsewhere"))
        #expect(LedgerMark.check(directory: keys, id: one) == .unreadable(.link))
        try LedgerMark.write(directory: keys, id: other)
        #expect(try Files.read(directory.path("elsewhere")) == Array("\(one)\n".utf8), "nor written through")
        #expect(LedgerMark.check(directory: keys, id: other) == .matches)
    }

    @Test func whereItCannotBeWrittenThatIsTold() throws {
        #expect(throws: PrivacyFault.self) { try LedgerMark.write(directory: directory.path("none"), id: one) }
        #expect(chmodded(0o755, keys))
        #expect(throws: PrivacyFault.mode(0o755)) { try LedgerMark.write(directory: keys, id: one) }
    }

    private func chmodded(_ mode: UInt16, _ path: String) -> Bool {
        (try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)) != nil
    }
}
