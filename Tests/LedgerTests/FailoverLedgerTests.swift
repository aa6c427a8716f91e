import Base
import Doors
import Foundation
import Hints
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// A ledger whose files fail, one step after the other.
struct FailoverLedgerTests {
    /// How StateFile can fail under a daemon that has it open.
    enum Failure: CaseIterable {
        case begin, spent, openings, holds, floors, uses, keys, commit, full, removed, replaced, locked, damaged

        /// Makes it fail; returns what mends it again.
        fileprivate func happen(to ledger: FailoverLedger, at site: Site) throws -> () throws -> Void {
            let primary = site.primary
            let store = try #require(ledger.active?.store)
            switch self {
            case .begin:
                let blocker = try site.block(primary)
                return { try blocker.run("ROLLBACK") }
            case .spent, .openings, .holds, .floors, .uses, .keys:
                try site.refuse("INSERT ON \(self)", in: primary)
                return { try site.refuseNoMore(in: primary) }
            case .commit: store.database.refusesCommits(true)
            case .full: try store.database.run("PRAGMA max_page_count = 1")
            case .removed: try Files.remove(primary)
            case .replaced:
                try FileManager.default.copyItem(atPath: primary, toPath: primary + ".copy")
                try Files.rename(primary + ".copy", to: primary)
            case .locked:
                try Files.remove(primary + ".lock")
                let other = try LockFile(primary + ".lock")
                return {
                    withExtendedLifetime(other) {}
                    try Files.remove(primary + ".lock")
                }
            case .damaged: try site.damage(primary)
            }
            return {}
        }
    }

    private let site: Site

    init() throws {
        site = try Site()
    }

    /// A daemon that has spent many knocks, with its last entry.
    private func all(_ last: UInt64) throws -> (all: LedgerContent, entry: LedgerEntry) {
        let key = KeyInForce(
            generation: generation(), key: try #require(KeyName("laptop")), server: try #require(KeyName("gw")),
            number: 1, created: 5, isFromMemory: false)
        let knocks = try (0...last).map { try spent($0) }
        let use = KeyUse(firstUsed: 1, lastUsed: UnixSeconds(last))
        let opening = try opening("door", deadline: Milliseconds(last))
        let entry = LedgerEntry(
            openings: [opening], spendings: [spending(try #require(knocks.last))], floors: [(generation(), last)],
            uses: [generation(): UnixSeconds(last)],
            keys: KeysInForceChange(daemon: .own, directory: "/keys", added: [key], removed: []))
        let replay = ReplayState(spent: knocks, floors: [(generation(), last)], uses: [generation(): use])
        let keys = KeysInForce(daemon: .own, directory: "/keys", keys: [key])
        return (LedgerContent(openings: [opening], replay: replay, keys: keys), entry)
    }

    private func record(_ number: UInt64, in ledger: FailoverLedger) throws -> RecordOutcome {
        let (all, entry) = try all(number)
        return ledger.record(entry) { all }
    }

    /// What the next daemon finds is what this one had recorded last.
    private func expectFound(_ number: UInt64) throws {
        let expected = try all(number).all
        for _ in 1...2 {
            let loaded = try site.loaded()
            let (openings, state) = (loaded.openings, loaded.replay.state)
            #expect(openings == expected.openings)
            #expect(state.spent.map(\.nonce.low).sorted() == Array(0...number))
            #expect(state.floors.map(\.floor) == [number])
            #expect(state.uses[generation()]?.lastUsed == UnixSeconds(number))
        }
    }

    @Test(arguments: Failure.allCases)
    func aFileThatFailsIsLeftWithEverythingAndGoneBackTo(failure: Failure) throws {
        do {
            let ledger = try site.ledger()
            #expect(try record(0, in: ledger) == .recorded)
            let mend = try failure.happen(to: ledger, at: site)
            // Room for some knocks is there always.
            let number: UInt64 = failure == .full ? 999 : 1
            let (content, entry) = try all(number)
            let outcomes = try ledger.record([entry] + spendings(upTo: number)) { content }
            #expect(outcomes.allSatisfy { $0 == .recorded })
            #expect(!ledger.isHome)
            guard case .movedToFallback = ledger.takeChanges().last else {
                Issue.record("not told")
                return
            }
            #expect(try record(number, in: ledger) == .alreadySpent([spent(number)]), "as at home")
            try mend()
            // What is damaged is set aside first.
            for _ in 1...2 { ledger.tryToReturn { content } }
            #expect(ledger.isHome)
            #expect(ledger.takeFound() == [], "all of it was known")
            let found = ledger.takeReplayState() ?? ReplayState()
            #expect(found.spent == [] && found.floors.isEmpty)
            #expect(try record(number + 1, in: ledger) == .recorded)
        }
        try expectFound(failure == .full ? 1000 : 2)
    }

    private func spendings(upTo number: UInt64) throws -> [LedgerEntry] {
        try (1..<number).map { LedgerEntry(spendings: [spending(try spent($0))]) }
    }

    // MARK: Neither file

    /// How the fallback can fail while the ledger moves there.
    enum FallbackFailure: CaseIterable {
        case lock, open, newer, ledger, identity, openings, holds, spent, floors, uses, daemon, keys

        /// Makes it fail; returns what mends it again.
        fileprivate func happen(at site: Site) throws -> () throws -> Void {
            let fallback = site.fallback
            switch self {
            case .lock:
                try Files.remove(fallback + ".lock")
                let other = try LockFile(fallback + ".lock")
                return {
                    withExtendedLifetime(other) {}
                    try Files.remove(fallback + ".lock")
                }
            case .open:
                try Files.makePrivateDirectory(fallback)
                return { try FileManager.default.removeItem(atPath: fallback) }
            case .newer:
                do { _ = try SQLiteStore(fallback, bootID: "boot") }
                try Database(fallback, readOnly: false).run("PRAGMA user_version = 4")
                return { try Database(fallback, readOnly: false).run("PRAGMA user_version = 3") }
            default:
                do { _ = try SQLiteStore(fallback, bootID: "boot") }
                try site.refuse("INSERT ON \(self)", in: fallback)
                return { try site.refuseNoMore(in: fallback) }
            }
        }
    }

    @Test(arguments: FallbackFailure.allCases)
    func whereTheFallbackFailsTooNothingIsRecorded(failure: FallbackFailure) throws {
        let ledger = try site.ledger()
        #expect(try record(0, in: ledger) == .recorded)
        let mend = try failure.happen(at: site)
        let blocker = try site.block(site.primary)
        #expect(try record(1, in: ledger) == .failed)
        guard case .lost = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(try record(1, in: ledger) == .failed)
        #expect(ledger.takeChanges() == [], "told once")
        try mend()
        #expect(try record(1, in: ledger) == .recorded)
        #expect(!ledger.isHome)
        try blocker.run("ROLLBACK")
        let content = try all(1).all
        ledger.tryToReturn { content }
        #expect(ledger.isHome)
        #expect(try record(2, in: ledger) == .recorded)
    }

    // MARK: Home

    @Test(arguments: ["ledger", "identity", "openings", "holds", "spent", "floors", "uses", "daemon", "keys"])
    func whereStateFileFailsAsTheLedgerComesHomeItStaysAway(table: String) throws {
        let ledger = try site.ledger()
        let blocker = try site.block(site.primary)
        #expect(try record(0, in: ledger) == .recorded)
        try blocker.run("ROLLBACK")
        try site.refuse("INSERT ON \(table)", in: site.primary)
        let content = try all(0).all
        ledger.tryToReturn { content }
        #expect(!ledger.isHome)
        #expect(try record(1, in: ledger) == .recorded)
        try site.refuseNoMore(in: site.primary)
        let later = try all(1).all
        ledger.tryToReturn { later }
        #expect(ledger.isHome)
        #expect(ledger.takeChanges().last == .movedBack(file: site.primary))
    }

    @Test func aDamagedFileIsSetAsideAsTheLedgerComesHome() throws {
        let ledger = try site.ledger()
        #expect(try record(0, in: ledger) == .recorded)
        try site.damage(site.primary)
        #expect(try record(1, in: ledger) == .recorded)
        #expect(!ledger.isHome)
        let content = try all(1).all
        for _ in 1...2 { ledger.tryToReturn { content } }
        #expect(ledger.isHome)
        let changes = ledger.takeChanges()
        #expect(changes.contains { if case .damaged(site.primary, _) = $0 { true } else { false } })
        #expect(changes.last == .movedBack(file: site.primary))
    }

    // MARK: What is submitted meanwhile

    @Test func aMoveRecordsWhatWasSubmitted() throws {
        let ledger = try site.ledger()
        let blocker = try site.block(site.primary)
        #expect(try record(0, in: ledger) == .recorded)
        try blocker.run("ROLLBACK")
        let (content, entry) = try all(1)
        ledger.submit(entry, number: 8)
        ledger.tryToReturn { content }
        #expect(ledger.isHome && ledger.isWaiting)
        ledger.submit(LedgerEntry(uses: [generation(): 2]), number: 9)
        let completions = ledger.completions { content }
        let expected = [8, 9].map { LedgerCompletion(number: $0, outcome: .recorded) }
        #expect(completions == expected, "and nothing was spent twice")
        #expect(!ledger.isWaiting)
    }

    @Test func aLossThatIsSeenRecordsWhatWasSubmitted() throws {
        let ledger = try site.ledger()
        let (content, entry) = try all(0)
        ledger.submit(entry, number: 8)
        try Files.remove(site.primary)
        ledger.lookAtFile { content }
        #expect(!ledger.isHome)
        #expect(ledger.completions { content } == [LedgerCompletion(number: 8, outcome: .recorded)])
    }

    @Test func whatWasSubmittedWaitsWhereAMoveFails() throws {
        let ledger = try site.ledger()
        let (content, entry) = try all(0)
        ledger.submit(entry, number: 8)
        try Files.remove(site.primary)
        try Files.makePrivateDirectory(site.fallback)
        ledger.lookAtFile { content }
        #expect(ledger.isWaiting && !ledger.isWritten)
        try FileManager.default.removeItem(atPath: site.fallback)
        #expect(ledger.completions { content } == [LedgerCompletion(number: 8, outcome: .recorded)])
        #expect(ledger.isWritten)
    }
}
