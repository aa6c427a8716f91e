import Doors
import Linux
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// Where nobody has named a file and there is no place to write, openings are known to the process alone.
struct LedgerInMemoryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Neither place has a directory that can be made.
    private func ledger(mayStayInMemory: Bool) throws -> FailoverLedger {
        try LockedLedger(
            stateFile: directory.path("missing/lib/state.db"), fallbackDirectory: directory.path("missing/run"),
            bootID: "boot", mayStayInMemory: mayStayInMemory
        ).load().recordFloors([])
    }

    @Test func openingsCountAndThatIsTold() throws {
        let ledger = try ledger(mayStayInMemory: true)
        guard case .inMemory = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        let opening = try opening("door")
        #expect(ledger.record(opening) { [opening] })
        #expect(!ledger.isHome)
        ledger.tryToReturn { [opening] }
        #expect(ledger.takeChanges() == [], "told once")
        #expect(ledger.close(opening.key) { [] })
    }

    /// Who forgets what was spent lets it in again.
    @Test func noSignedKnockCounts() throws {
        let ledger = try ledger(mayStayInMemory: true)
        let entry = LedgerEntry(spendings: [spending(try spent(1))])
        #expect(ledger.record(entry) { LedgerContent() } == .failed)
    }

    @Test func aFileThatWasNamedMustBeWritten() throws {
        let ledger = try ledger(mayStayInMemory: false)
        guard case .lost = ledger.takeChanges().first else {
            Issue.record("not told")
            return
        }
        #expect(try !ledger.record(opening("door")) { [] })
    }

    @Test func whatIsInMemoryGoesToTheFileOnceThereIsRoom() throws {
        let ledger = try ledger(mayStayInMemory: true)
        _ = ledger.takeChanges()
        let opening = try opening("door")
        for folder in ["missing", "missing/lib"] { try Files.makePrivateDirectory(directory.path(folder)) }
        ledger.tryToReturn { [opening] }
        #expect(ledger.isHome)
        #expect(ledger.takeChanges() == [.movedBack(file: directory.path("missing/lib/state.db"))])
    }

    /// A full disk is no such place: there the file comes back, and what it does not know must not be open.
    @Test func whatHadAFileOnceIsNotKeptInMemory() throws {
        let site = try Site()
        let ledger = try LockedLedger(
            stateFile: site.primary, fallbackDirectory: site.runDirectory, bootID: "boot",
            mayStayInMemory: true
        ).load().recordFloors([])
        let primary = try site.block(site.primary)
        let fallback = try opening("kept")
        #expect(ledger.record(fallback) { [fallback] })
        let second = try site.block(site.fallback)
        #expect(try !ledger.record(opening("door")) { [] })
        withExtendedLifetime((primary, second)) {}
    }
}
