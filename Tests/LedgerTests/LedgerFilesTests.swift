import Doors
import Foundation
import Keys
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// Files that daemons have made, in `Files`: `ledger-v2.db` is of knockd's first edition, `ledger-v3.db` of the one whose
/// tables these are. Each daemon was killed with four openings: two that alice holds, one of them with bob; one of a door
/// whose commands name the key; and one by a sequence.
struct LedgerFilesTests {
    private static let files = ["ledger-v2.db", "ledger-v3.db"]

    private let site: Site

    init() throws {
        site = try Site()
        try Files.makePrivateDirectory(site.directory.path("state"))
    }

    /// Puts the file where StateFile is; returns the boot that it was made in.
    private func place(_ name: String) throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Files/\(name)").path
        try site.directory.write(try Files.read(path, limit: 1 << 20), to: "state/state.db")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: site.primary)
        let rows = try Database(site.primary, readOnly: true, isStill: true).run("SELECT boot FROM identity")
        return try #require(rows.first?.first?.text)
    }

    private func row(_ statement: String) throws -> [[Database.Value]] {
        try Database(site.primary, readOnly: true, isStill: true).run(statement)
    }

    @Test(arguments: files)
    func everyOpeningIsTakenOverWithItsHolds(name: String) throws {
        let boot = try place(name)
        let deadlines = try row("SELECT max(deadline) FROM holds GROUP BY door, address ORDER BY 1")
            .map(\.first?.integer)
        for _ in 1...2 {
            let (ledger, openings, _) = try site.started(boot: boot)
            #expect(ledger.isHome && ledger.takeChanges() == [])
            let texts = openings.map { opening in
                let holders = opening.holds.map(\.holder).map { if case .key(let name) = $0 { "\(name)" } else { "-" } }
                return "\(opening.key.door.name) \(opening.key.address) \(opening.key.part)|\(opening.commands.stop)|"
                    + holders.joined(separator: ",")
            }
            #expect(
                texts.sorted() == [
                    "classic 198.18.0.9 |true unclassic 198.18.0.9|-",
                    "ssh 198.18.1.2 |true close 198.18.1.2|alice,bob",
                    "ssh 198.19.0.7 |true close 198.19.0.7|alice",
                    // The first edition had one opening of an address, whichever key the commands named.
                    "web 198.18.1.2 \(name == "ledger-v2.db" ? "" : "alice")|true close alice 198.18.1.2|alice",
                ])
            #expect(openings.map(\.deadline).sorted() == deadlines)
            #expect(openings.allSatisfy { $0.phase == .open && !$0.startFailed && $0.process == nil })
            #expect(openings.first { $0.key.door.name == "web" }?.values.seconds == 1200)
        }
        #expect(try site.load(boot: "another").allSatisfy { $0.deadline == 0 })
    }

    @Test(arguments: files)
    func whatWasSpentStaysSpent(name: String) throws {
        let boot = try place(name)
        let id = try row("SELECT id FROM identity").first?.first?.text
        let (ledger, openings, replay) = try site.started(boot: boot)
        #expect(replay.loss == nil && !replay.isUseUnknown && replay.ledgerID == id)
        #expect(replay.state.spent.count == 4 && Set(replay.state.spent.map(\.door)) == ["ssh", "web"])
        #expect(replay.state.floors.count == 2 && replay.state.uses.count == 2)
        let all = LedgerContent(openings: openings, replay: replay.state)
        for knock in replay.state.spent {
            #expect(ledger.record(LedgerEntry(spendings: [spending(knock)])) { all } == .alreadySpent([knock]))
        }
        #expect(try site.block(site.primary).run("PRAGMA user_version") == [[.integer(3)]])
    }

    @Test(arguments: files)
    func aDaemonGoesOnWithIt(name: String) throws {
        let boot = try place(name)
        let last: [Opening]
        do {
            let (ledger, openings, replay) = try site.started(boot: boot)
            var shared = try #require(openings.first { $0.holds.count == 2 })
            let bob = Holder.key(try #require(KeyName("bob")))
            shared.endHolds { $0.holder == bob }
            let others = openings.filter { $0.key != shared.key }
            let over = try #require(others.first)
            last = others.dropFirst() + [shared]
            ledger.submit(LedgerEntry(openings: [shared]), number: 1)
            ledger.submit(LedgerEntry(closing: [over.key], spendings: [spending(try spent(1))]), number: 2)
            let completions = ledger.completions { LedgerContent(openings: last, replay: replay.state) }
            #expect(completions.map(\.outcome) == [.recorded, .recorded])
        }
        let found = try site.loaded(boot: boot)
        let (openings, count) = (found.openings, found.replay.state.spent.count)
        #expect(Set(openings.map(\.key)) == Set(last.map(\.key)))
        #expect(openings.first { $0.holds.count == 2 }?.holds.map(\.deadline).min() == 0)
        #expect(count == 5)
    }
}
