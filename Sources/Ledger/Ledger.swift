package import Doors
import Linux

/// What must survive the daemon's death: every opening and its stop command, on disk before anything acts on it.
///
/// It lies in `StateFile`. When that cannot be written it goes on in a file in /run/knockd, and moves back when it can:
/// a full disk must not keep the owner out. The file that was written last counts; both are read at start.
package final class Ledger {
    /// Why the daemon cannot start.
    package enum LedgerError: Error, Equatable {
        /// Another daemon has this ledger.
        case inUse(file: String, process: String?)
    }

    /// What has become of the ledger, worth a line in the log.
    package enum Change: Equatable {
        /// It goes on in the other file.
        case movedToFallback(file: String, reason: String, fallback: String)
        case movedBack(file: String)
        /// Neither file can be written.
        case lost(reason: String)
        /// A file was no database, or a broken one; it was renamed.
        case damaged(file: String, movedTo: String)
    }

    private enum Place {
        case primary
        case fallback
    }

    /// What every SQLite database begins with.
    private static let databaseHead = Array("SQLite format 3\0".utf8)

    private let primary: String
    private let fallback: String
    private let bootID: String
    private var locks: [Place: LockFile] = [:]
    /// The number of the newest content; each time the ledger is taken up anew it grows.
    private var epoch: Int64 = 0
    /// The number that StateFile had when it was last read or written; nil if it never could be.
    private var primaryEpoch: Int64?
    /// Where it is written; nil if nowhere.
    private var active: (place: Place, file: LedgerFile)?
    private var lastReason = ""
    private var isLossTold = false
    private var changes: [Change] = []
    private var found: [Opening] = []

    /// Locks the ledger. One that cannot be written is no error; one that another daemon has is.
    ///
    /// - Parameters:
    ///   - stateFile: an absolute path; its directory is made if that one's parent is there.
    ///   - fallbackDirectory: made likewise.
    package init(stateFile: String, fallbackDirectory: String = "/run/knockd", bootID: String) throws(LedgerError) {
        primary = stateFile
        fallback = "\(fallbackDirectory)/state-\(Files.digest(ofPath: stateFile)).db"
        self.bootID = bootID
        for place in [Place.primary, .fallback] {
            do {
                try lock(place)
            } catch {
                // Where no lock can be had, another daemon on the same StateFile meets the other one.
                guard error.code == LockFile.isHeld else { continue }
                throw .inUse(file: stateFile, process: LockFile.holder(path(place) + ".lock"))
            }
        }
    }

    private func path(_ place: Place) -> String {
        place == .primary ? primary : fallback
    }

    /// Takes the lock of one of the files, and makes its directory, where that has not been done.
    private func lock(_ place: Place) throws(SystemError) {
        if locks[place] != nil { return }
        let path = path(place)
        try Files.makePrivateDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        locks[place] = try LockFile(path + ".lock")
    }

    /// Reads what earlier runs have left, and takes up writing. To be called once, before anything else.
    ///
    /// - Returns: the openings that are still to be closed; the deadline is zero where that is overdue in any case.
    package func load() -> [Opening] {
        let contents = [read(primary), read(fallback)]
        primaryEpoch = contents[0]?.epoch
        let newest = contents.compactMap { $0 }.max { $0.epoch < $1.epoch }
        epoch = newest?.epoch ?? 0
        let openings = newest?.openings.map { $0.opening(in: bootID) } ?? []
        takeUp(openings, avoiding: nil)
        // StateFile may be readable only now.
        return openings + takeFound()
    }

    /// What is to be told of the ledger since this was last asked.
    package func takeChanges() -> [Change] {
        defer { changes = [] }
        return changes
    }

    /// Openings that turned up in StateFile when it could be read at last, and that nobody knew of.
    package func takeFound() -> [Opening] {
        defer { found = [] }
        return found
    }

    /// Whether it lies where it belongs.
    package var isHome: Bool { active?.place == .primary }

    /// Notes an opening as it is now, durably. False if neither file takes it.
    ///
    /// - Parameter all: all openings, this one included, for when the ledger has to move.
    package func record(_ opening: Opening, all: () -> [Opening]) -> Bool {
        write(all: all) { file throws(LedgerFile.Failure) in try file.record(opening) }
    }

    /// Notes that an opening is over, durably. False if neither file takes it.
    ///
    /// - Parameter all: all openings but this one, for when the ledger has to move.
    package func close(_ key: OpeningKey, all: () -> [Opening]) -> Bool {
        write(all: all) { file throws(LedgerFile.Failure) in try file.close(key) }
    }

    /// Tries to move the ledger to where it belongs, or anywhere at all. To be called every few seconds while it is not
    /// home.
    package func tryToReturn(all: () -> [Opening]) {
        guard !isHome else { return }
        if let file = takeUp(.primary, all()) {
            active = (.primary, file)
            isLossTold = false
            changes.append(.movedBack(file: primary))
        } else if active == nil {
            takeUp(all(), avoiding: .primary)
        }
    }

    private func write(all: () -> [Opening], _ body: (LedgerFile) throws(LedgerFile.Failure) -> Void) -> Bool {
        guard let (place, file) = active else {
            takeUp(all(), avoiding: nil)
            return active != nil
        }
        do {
            try body(file)
            return true
        } catch {
            active = nil
            lastReason = error.description
            takeUp(all(), avoiding: place)
            return active != nil
        }
    }

    /// Finds a file that takes all openings, and goes on there.
    private func takeUp(_ openings: [Opening], avoiding broken: Place?) {
        for place in [Place.primary, .fallback] where place != broken {
            guard let file = takeUp(place, openings) else { continue }
            active = (place, file)
            isLossTold = false
            if place == .fallback {
                changes.append(.movedToFallback(file: primary, reason: lastReason, fallback: fallback))
            }
            return
        }
        if !isLossTold { changes.append(.lost(reason: lastReason)) }
        isLossTold = true
    }

    /// Opens one of the files and writes all openings into it as the newest; nil if that fails.
    private func takeUp(_ place: Place, _ openings: [Opening]) -> LedgerFile? {
        do {
            try lock(place)
        } catch {
            lastReason = error.description
            // The other file's lock keeps other daemons out.
            if error.code == LockFile.isHeld || locks.isEmpty { return nil }
        }
        do {
            let file = try LedgerFile(path(place), bootID: bootID)
            let strangers = place == .primary ? try findStrangers(in: file, among: openings) : []
            try file.replace(epoch: epoch + 1, openings: openings + strangers)
            epoch += 1
            if place == .primary { primaryEpoch = epoch }
            found += strangers
            return file
        } catch {
            lastReason = error.description
            if error.isDamage { setAside(path(place)) }
            return nil
        }
    }

    /// What StateFile holds and nobody knows of, if it is not what was last read or written there.
    private func findStrangers(
        in file: LedgerFile, among openings: [Opening]
    ) throws(LedgerFile.Failure) -> [Opening] {
        let content = try file.read()
        if content.epoch == primaryEpoch { return [] }
        epoch = max(epoch, content.epoch)
        let known = Set(openings.map(\.key))
        return content.openings.map { $0.opening(in: bootID) }.filter { !known.contains($0.key) }
    }

    /// What a file holds; nil if it cannot be read. That there is none yet is an empty one.
    private func read(_ path: String) -> LedgerFile.Content? {
        guard Files.exists(path) else { return LedgerFile.Content(epoch: 0, openings: []) }
        do {
            return try LedgerFile.read(path)
        } catch {
            lastReason = error.description
            if error.isDamage { setAside(path) }
            return nil
        }
    }

    /// Renames a database that is damaged, or that a crash of the machine has left as zeros. What never was a database is
    /// somebody else's file, and left alone.
    private func setAside(_ path: String) {
        guard let head = try? Files.read(path, limit: 1 << 30).prefix(16),
            head.elementsEqual(Self.databaseHead) || head.allSatisfy({ $0 == 0 })
        else { return }
        let aside = "\(path).damaged-\(Clock.wallSeconds())"
        guard (try? Files.rename(path, to: aside)) != nil else { return }
        for suffix in ["-wal", "-shm"] { try? Files.remove(path + suffix) }
        changes.append(.damaged(file: path, movedTo: aside))
    }
}
