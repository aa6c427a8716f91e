import Doors
import Keys
import Linux
import SignedKnocks

/// One file of SQLite's that entries are recorded in.
final class SQLiteStore {
    /// Which file it is, and which one SQLite keeps beside it for what is newest.
    private struct Identities: Equatable {
        let file: FileIdentity?
        let log: FileIdentity?

        init(_ path: String) {
            file = FileIdentity(at: path)
            log = FileIdentity(at: path + "-wal")
        }
    }

    private let path: String
    private let bootID: String
    let database: Database
    private var identities: Identities
    /// When the use of generations was last recorded here.
    private var recordedUses: [GenerationID: UnixSeconds] = [:]
    /// The holds of each opening as they stand here. The memory is that of the openings themselves.
    private var recordedHolds: [OpeningKey: [Hold]] = [:]

    /// Opens the file for writing, and makes it where there is none. One of an earlier version becomes one of this one.
    init(_ path: String, bootID: String) throws(LedgerFailure) {
        self.path = path
        self.bootID = bootID
        do {
            try Files.makePrivateFile(path)
        } catch {
            throw LedgerFailure(error.message)
        }
        var isKnown = false
        do {
            database = try Database(path, readOnly: false)
            isKnown = try LedgerTables.areKnown(in: database)
            if isKnown { try LedgerTables.make(in: database) }
        } catch {
            throw LedgerFailure(error)
        }
        if !isKnown { throw .newer }
        identities = Identities(path)
    }

    // MARK: Which file it is

    /// Whether it is still this file that the next daemon will find. What is written to a file that was removed is lost
    /// with this daemon.
    var isInPlace: Bool { Identities(path) == identities }

    /// Where another file has taken this one's place: what SQLite keeps beside this one, and would take for the other
    /// one's. To be removed once this one is closed.
    var leftBeside: [String] {
        let present = Identities(path)
        return present.file != identities.file && present.log != nil && present.log == identities.log
            ? LedgerPlace.companions.map { path + $0 } : []
    }

    // MARK: All of it

    /// What the file holds.
    func read() throws(LedgerFailure) -> StoredContent {
        try LedgerFailure.translating { () throws(Database.Failure) in try database.storedContent() }
    }

    /// Makes this the file that counts, with all of this.
    ///
    /// - Parameter keepsReplayState: it holds this very replay state already.
    func takeOver(
        _ head: StoredContent.Head, _ content: LedgerContent, keepsReplayState: Bool = false
    ) throws(LedgerFailure) {
        try LedgerFailure.translating { () throws(Database.Failure) in
            try database.transaction { () throws(Database.Failure) in
                try database.replaceHead(head)
                try database.replaceOpenings(content.openings, boot: bootID)
                if !keepsReplayState { try database.replaceReplayState(content.replay) }
                try database.replaceKeys(content.keys)
            }
        }
        recordedUses = [:]
        recordedHolds = Dictionary(content.openings.map { ($0.key, $0.holds) }) { _, last in last }
        identities = Identities(path)
    }

    // MARK: What has changed

    /// Records entries in one transaction: of each all or nothing, and nothing of any if this throws.
    ///
    /// - Parameter isOfFloors: whether with this the floors of this boot are recorded.
    /// - Returns: for each entry the knocks that were spent before; if there are any, nothing of it is recorded.
    func record(_ entries: [LedgerEntry], isOfFloors: Bool = false) throws(LedgerFailure) -> [[SpentKnock]] {
        var doubled: [[SpentKnock]] = []
        var (openings, uses) = (OpeningWrites(), [GenerationID: UnixSeconds]())
        try LedgerFailure.translating { () throws(Database.Failure) in
            try database.transaction { () throws(Database.Failure) in
                for entry in entries {
                    doubled.append(try note(entry))
                    guard doubled.last?.isEmpty ?? false else { continue }
                    openings.add(entry)
                    uses.merge(entry.uses) { max($0, $1) }
                }
                // Within a second they say the same.
                uses = uses.filter { $1 > recordedUses[$0] ?? .min }
                for (generation, moment) in uses {
                    try database.noteUse(KeyUse(firstUsed: moment, lastUsed: moment), of: generation)
                }
                try database.write(openings, known: recordedHolds, boot: bootID)
                if isOfFloors { try database.run("UPDATE identity SET boot = ?", [.text(bootID)]) }
            }
        }
        recordedUses.merge(uses) { $1 }
        for (key, opening) in openings.last { recordedHolds[key] = opening?.holds }
        return doubled
    }

    /// Notes what of an entry is not written once for all entries together: nothing if a knock of it was spent before.
    private func note(_ entry: LedgerEntry) throws(Database.Failure) -> [SpentKnock] {
        let doubled = try spend(entry.spendings)
        guard doubled.isEmpty else { return doubled }
        for generation in entry.gone { try database.drop(generation) }
        for (generation, floor) in entry.floors { try database.setFloor(floor, of: generation) }
        if let keys = entry.keys { try database.change(keys) }
        return []
    }

    /// Notes that knocks are spent: all of them, or none if some were spent before, which are returned.
    private func spend(_ spendings: [Spending]) throws(Database.Failure) -> [SpentKnock] {
        if spendings.isEmpty { return [] }
        var doubled: [SpentKnock] = []
        try database.run("SAVEPOINT entry")
        for spending in spendings where try !database.spend(spending) { doubled.append(spending.knock) }
        if !doubled.isEmpty { try database.run("ROLLBACK TO entry") }
        try database.run("RELEASE entry")
        return doubled
    }
}
