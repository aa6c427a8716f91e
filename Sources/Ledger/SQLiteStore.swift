import Doors
import Keys
import Linux
import SignedKnocks

/// One SQLite file in which entries are recorded.
final class SQLiteStore {
    /// The identities of the file and of the write-ahead log that SQLite keeps beside it.
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
    /// The recorded last use of each generation.
    private var recordedUses: [GenerationID: UnixSeconds] = [:]
    /// The recorded holds of each opening, which share the memory of the openings themselves.
    private var recordedHolds: [OpeningKey: [Hold]] = [:]

    /// Opens the file for writing, and creates it if it does not exist. A file of an earlier version is converted.
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

    // MARK: Identity

    /// Whether the next daemon will find this file. Records in a removed file are lost when this daemon ends.
    var isInPlace: Bool { Identities(path) == identities }

    /// The files that SQLite keeps beside this one, if another file has taken its place: SQLite would take them for the
    /// other file's. Remove them once this one is closed.
    var leftBeside: [String] {
        let present = Identities(path)
        return present.file != identities.file && present.log != nil && present.log == identities.log
            ? LedgerPlace.companions.map { path + $0 } : []
    }

    // MARK: Whole content

    /// The content of the file.
    func read() throws(LedgerFailure) -> StoredContent {
        try LedgerFailure.translating { () throws(Database.Failure) in try database.storedContent() }
    }

    /// Makes this the valid file, with this whole content.
    ///
    /// - Parameter keepsReplayState: whether it already holds exactly this replay state.
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

    // MARK: Changes

    /// Records entries in one transaction: each completely or not at all, and none if this throws.
    ///
    /// - Parameter isOfFloors: whether this also records the floors of this boot.
    /// - Returns: for each entry the knocks that were spent before; if there are any, nothing of the entry is recorded.
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
                // Uses within the same second need no new record.
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

    /// Records the parts of an entry that are not combined for all entries; records nothing if one of its knocks was
    /// spent before.
    private func note(_ entry: LedgerEntry) throws(Database.Failure) -> [SpentKnock] {
        let doubled = try spend(entry.spendings)
        guard doubled.isEmpty else { return doubled }
        for generation in entry.gone { try database.drop(generation) }
        for (generation, floor) in entry.floors { try database.setFloor(floor, of: generation) }
        if let keys = entry.keys { try database.change(keys) }
        return []
    }

    /// Records spent knocks: all of them, or none if some were spent before, which are returned.
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
