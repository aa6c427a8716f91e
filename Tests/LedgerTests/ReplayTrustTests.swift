import Foundation
import Linux
import TestSupport
import Testing

@testable import Ledger

/// What is thought of replay state: why knocks may have been spent of which nothing is known.
struct ReplayTrustTests {
    private static let id = String(repeating: "a1", count: 16)
    private static let other = String(repeating: "b2", count: 16)

    private let directory: TemporaryDirectory
    private let keys: String

    init() throws {
        directory = try TemporaryDirectory()
        keys = directory.path("keys")
        try Files.makePrivateDirectory(keys)
    }

    // MARK: What was found

    private func found(
        id: String? = id, madeAnew: Bool = false, anotherBoot: Bool = false, damaged: Bool = false
    ) -> RecordedReplayState {
        RecordedReplayState(
            state: ReplayState(), ledgerID: id, wasMadeAnew: madeAnew, isOfAnotherBoot: anotherBoot,
            formerBoot: "yesterday", isDamaged: damaged)
    }

    @Test func whatWasFoundWholeInThisBootIsNoLoss() {
        #expect(found().loss == nil)
        #expect(!found().isUseUnknown)
    }

    /// At the first start there is no mark beside the keys either; at any other the mark says so.
    @Test func aLedgerThatWasMadeAnewIsNoLossByItself() {
        #expect(found(madeAnew: true).loss == nil)
        #expect(found(madeAnew: true).isUseUnknown)
    }

    @Test func theFirstReasonIsTold() {
        #expect(found(id: nil, anotherBoot: true, damaged: true).loss == .anotherBoot(former: "yesterday"))
        #expect(found(id: nil, damaged: true).loss == .damaged)
        #expect(found(id: nil).loss == .notWritten)
        #expect(found(damaged: true).isUseUnknown)
    }

    @Test func eachReasonHasItsWords() {
        #expect(
            ReplayLoss.anotherBoot(former: nil).description == "an earlier run ended before it had recorded anything")
        #expect(ReplayLoss.anotherBoot(former: "yesterday").description == "the machine has just started")
        #expect(ReplayLoss.damaged.description == "the ledger was damaged")
        #expect(ReplayLoss.notWritten.description == "no ledger can be written")
        #expect(ReplayLoss.markDiffers.description == "the mark beside the keys names another ledger")
        #expect(
            ReplayLoss.markFails("it is full").description == "the mark beside the keys cannot be written: it is full")
    }

    // MARK: The mark

    private var mark: LedgerMark.Finding { LedgerMark.check(directory: keys, id: Self.id) }

    @Test func whereThereIsNoMarkOneIsWrittenAndNothingIsLost() {
        var trust = ReplayTrust(ledgerID: Self.id)
        #expect(trust.compareMark(in: keys) == nil)
        #expect(mark == .absent, "first the floors are recorded")
        #expect(trust.writeMark(in: keys) == nil)
        #expect(mark == .matches)
    }

    @Test func anotherLedgersMarkIsALossAndIsReplaced() throws {
        try LedgerMark.write(directory: keys, id: Self.other)
        var trust = ReplayTrust(ledgerID: Self.id)
        #expect(trust.compareMark(in: keys) == .markDiffers)
        #expect(mark == .differs, "first the floors are recorded")
        #expect(trust.writeMark(in: keys) == nil)
        #expect(mark == .matches)
        #expect(trust.compareMark(in: keys) == nil)
    }

    @Test func aMarkThatIsRightIsNotLookedAtAgain() throws {
        try LedgerMark.write(directory: keys, id: Self.id)
        var trust = ReplayTrust(ledgerID: Self.id)
        #expect(trust.compareMark(in: keys) == nil && trust.writeMark(in: keys) == nil)
        try LedgerMark.write(directory: keys, id: Self.other)
        #expect(trust.compareMark(in: keys) == nil, "the lock keeps other daemons from it")
        trust.keysMayDiffer()
        #expect(trust.compareMark(in: keys) == .markDiffers)
    }

    @Test func withoutALedgerNoMarkIsWritten() {
        var trust = ReplayTrust(ledgerID: nil)
        #expect(trust.compareMark(in: keys) == nil && trust.writeMark(in: keys) == nil)
        #expect(mark == .absent)
    }

    @Test func aMarkThatCannotBeWrittenIsALossOnce() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: keys)
        var trust = ReplayTrust(ledgerID: Self.id)
        let loss = trust.compareMark(in: keys) ?? trust.writeMark(in: keys)
        guard case .markFails(let reason) = loss else {
            Issue.record("\(String(describing: loss))")
            return
        }
        #expect(reason.contains(keys))
        #expect(trust.compareMark(in: keys) == nil && trust.writeMark(in: keys) == nil, "told once")
        trust.directoryDiffers()
        #expect((trust.compareMark(in: keys) ?? trust.writeMark(in: keys)) == loss)
    }

    @Test func aDirectoryThatIsNotThereHasNoKeysEither() {
        var trust = ReplayTrust(ledgerID: Self.id)
        let missing = directory.path("missing")
        #expect(trust.compareMark(in: missing) == nil && trust.writeMark(in: missing) == nil)
    }
}
