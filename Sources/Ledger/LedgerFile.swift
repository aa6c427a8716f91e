import Doors
import Keys
import Linux
import SignedKnocks

/// One file that the ledger can lie in.
final class LedgerFile {
    /// Why the file cannot be used, in words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        var isDamage = false
        /// A daemon that runs has it.
        var isHeld = false
        /// There is nothing that could be written.
        var isNoPlaceToWrite = false

        init(_ description: String) {
            self.description = description
        }

        /// Somebody has gone back to an older program.
        static let newer = Failure("a newer version of the daemon has written it")

        init(_ failure: Database.Failure) {
            description = failure.description
            isDamage = failure.isDamage
        }
    }

    /// What tells one state of the ledger from others.
    struct Head: Equatable {
        /// The higher of two files' numbers belongs to the one that counts.
        var epoch: Int64
        /// The ledger's random number, which it keeps wherever it goes; nil in a file of the first version.
        var id: String?
        /// The boot whose floors it holds; nil if they were not recorded.
        var boot: String?
    }

    /// What a file holds.
    struct Content {
        var head: Head
        var openings: [RecordedOpening]
        var replay = ReplayState()
        /// Whether all of the replay state made sense.
        var isWhole = true

        static let nothing = Content(head: Head(epoch: 0), openings: [])

        /// The one of several that counts: nil is one that cannot be read.
        static func newest(_ contents: [Content?]) -> Content {
            contents.compactMap { $0 }.max { $0.head.epoch < $1.head.epoch } ?? .nothing
        }

        /// Whether it is known to come from another ledger, and not to be an older state of this one.
        func isOfAnother(than newest: Content) -> Bool {
            guard let own = head.id, let other = newest.head.id else { return false }
            return own != other
        }
    }

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
    private let database: Database
    private var identities: Identities

    /// Opens the file for writing, and makes it where there is none. One of an earlier version becomes one of this one.
    init(_ path: String, bootID: String) throws(Failure) {
        self.path = path
        self.bootID = bootID
        do {
            try Files.makePrivateFile(path)
        } catch {
            throw Failure(error.message)
        }
        var isKnown = false
        do {
            database = try Database(path, readOnly: false)
            isKnown = try LedgerTables.areKnown(in: database)
            if isKnown { try LedgerTables.make(in: database) }
        } catch {
            throw Failure(error)
        }
        if !isKnown { throw .newer }
        identities = Identities(path)
    }

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

    /// Makes this the file that counts, with these openings and this replay state; nil is what it holds already.
    func takeOver(
        _ head: Head, openings: [Opening], replay: ReplayState?, keys: KeysInForce = KeysInForce()
    ) throws(Failure) {
        try translating { () throws(Database.Failure) in
            try database.transaction { () throws(Database.Failure) in
                try database.run("DELETE FROM ledger")
                try database.run("INSERT INTO ledger VALUES (?)", [.integer(head.epoch)])
                try database.run("DELETE FROM identity")
                try database.run(
                    "INSERT INTO identity VALUES (?, ?)",
                    [head.id.map { .text($0) } ?? .null, head.boot.map { .text($0) } ?? .null])
                try database.replaceOpenings(openings, boot: bootID)
                if let replay { try database.replaceReplayState(replay) }
                try database.replaceKeys(keys)
                return true
            }
        }
        identities = Identities(path)
    }

    /// Notes all of an entry, or nothing.
    ///
    /// - Parameter isSettling: whether with this the floors of this boot are recorded.
    /// - Returns: the knocks that were spent before; if there are any, nothing is noted.
    func record(_ entry: LedgerEntry, isSettling: Bool) throws(Failure) -> [SpentKnock] {
        var doubled: [SpentKnock] = []
        try translating { () throws(Database.Failure) in
            try database.transaction { () throws(Database.Failure) in
                for spending in entry.spendings where try !database.spend(spending) { doubled.append(spending.knock) }
                guard doubled.isEmpty else { return false }
                for generation in entry.gone { try database.drop(generation) }
                for (generation, floor) in entry.floors { try database.setFloor(floor, of: generation) }
                for (generation, moment) in entry.uses {
                    try database.noteUse(KeyUse(firstUsed: moment, lastUsed: moment), of: generation)
                }
                if let keys = entry.keys { try database.change(keys) }
                for key in entry.closing { try database.remove(key) }
                for opening in entry.openings { try database.record(opening, boot: bootID) }
                if isSettling { try database.run("UPDATE identity SET boot = ?", [.text(bootID)]) }
                return true
            }
        }
        return doubled
    }

    /// What the file holds.
    func read() throws(Failure) -> Content {
        try translating { () throws(Database.Failure) in try Self.content(of: database) }
    }

    /// What a file holds, read without writing to it: where a disk is full or read-only, no file could be made beside it.
    static func read(_ path: String) throws(Failure) -> Content {
        let (isKnown, content): (Bool, Content)
        // Then it is whole without them, and nobody is writing.
        let isStill = ["-wal", "-journal"].map { path + $0 }.allSatisfy { !Files.exists($0) || isEmpty($0) }
        do {
            let database = try Database(path, readOnly: true, isStill: isStill)
            isKnown = try LedgerTables.areKnown(in: database)
            content = isKnown ? try Self.content(of: database) : .nothing
        } catch {
            throw Failure(error)
        }
        if !isKnown { throw .newer }
        return content
    }

    private static func isEmpty(_ path: String) -> Bool { (try? Files.read(path, limit: 1)) == [] }

    /// When keys were used, as a file has it, and its number. No file is made for that, and no daemon is kept waiting.
    static func keyUse(_ path: String) throws(Failure) -> (epoch: Int64, uses: [GenerationID: KeyUse]) {
        do {
            // Without this file nobody is writing.
            let isStill = !Files.exists(path + "-wal")
            let database = try Database(path, readOnly: true, isStill: isStill)
            let names = try LedgerTables.names(in: database)
            guard names.isSuperset(of: ["ledger", "uses"]) else { return (0, [:]) }
            return (try epoch(in: database), try database.keyUse())
        } catch {
            throw Failure(error)
        }
    }

    /// The keys in force, as a file has them, and its number; likewise.
    static func keysInForce(_ path: String) throws(Failure) -> (epoch: Int64, keys: KeysInForce) {
        do {
            let isStill = !Files.exists(path + "-wal")
            let database = try Database(path, readOnly: true, isStill: isStill)
            let names = try LedgerTables.names(in: database)
            guard names.isSuperset(of: ["ledger", "daemon", "keys"]) else { return (0, KeysInForce()) }
            return (try epoch(in: database), try database.keysInForce())
        } catch {
            throw Failure(error)
        }
    }

    private static func content(of database: Database) throws(Database.Failure) -> Content {
        let names = try LedgerTables.names(in: database)
        // A daemon that died while it made the file has left one without tables.
        guard names.isSuperset(of: ["ledger", "openings"]) else { return .nothing }
        let isFirst = !names.isSuperset(of: ["identity", "holds", "spent", "floors", "uses"])
        var content = Content(
            head: Head(epoch: try epoch(in: database)), openings: try database.openings())
        if isFirst { return content }
        if let row = try database.run("SELECT id, boot FROM identity").first {
            (content.head.id, content.head.boot) = (row[0].text, row[1].text)
        }
        (content.replay, content.isWhole) = try database.replayState()
        return content
    }

    private static func epoch(in database: Database) throws(Database.Failure) -> Int64 {
        let number = try database.run("SELECT epoch FROM ledger").first?.first?.integer ?? 0
        // What no daemon has counted to must not keep one from counting on.
        return RecordedOpening.sensible.contains(number) ? number : 0
    }

    @discardableResult
    private func translating<T>(_ body: () throws(Database.Failure) -> T) throws(Failure) -> T {
        do {
            return try body()
        } catch {
            throw Failure(error)
        }
    }
}
