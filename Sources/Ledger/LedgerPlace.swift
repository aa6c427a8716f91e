import Linux

/// A possible place of a ledger's file, with its lock.
final class LedgerPlace {
    /// The first bytes of every SQLite database.
    private static let databaseHead = Array("SQLite format 3\0".utf8)
    /// Endings of the files that SQLite keeps beside a database.
    static let companions = ["-wal", "-shm"]

    let path: String

    /// The interfaces of this daemon, which the lock file names.
    private var interfaces: [String]
    private var lock: LockFile?
    /// Whether the file has been found to be a ledger.
    private var isOurs = false

    init(_ path: String, interfaces: [String] = []) {
        self.path = path
        self.interfaces = interfaces
    }

    private var remark: String {
        let list = interfaces.joined(separator: ",")
        return list.utf8.count > LedgerLimits.interfacesInLock ? NetworkInterface.any : list
    }

    /// Records in the lock where the daemon listens now.
    func listens(at interfaces: [String]) {
        if interfaces.isEmpty || interfaces == self.interfaces { return }
        self.interfaces = interfaces
        lock?.say(remark)
    }

    private var lockPath: String { path + ".lock" }

    var isLocked: Bool { lock?.isInPlace ?? false }

    /// Checks that this daemon is still the only one with this file; returns the reason if it is not. It takes the lock
    /// again if the lock file was removed.
    func findIntruder() -> String? {
        guard let lock, !lock.isInPlace else { return nil }
        do {
            try takeLock()
            return nil
        } catch {
            return error.isHeld ? "another daemon uses it" : error.description
        }
    }

    /// Takes the lock, and creates the directory, unless the lock is held and in place.
    ///
    /// - Parameter isPassing: whether the lock is held only to read what a daemon that no longer runs has left.
    func takeLock(isPassing: Bool = false) throws(LedgerFailure) {
        if isLocked { return }
        lock = nil
        do {
            try Files.makePrivateDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
            lock = try LockFile(lockPath, remark: remark, isPassing: isPassing)
        } catch {
            var failure = LedgerFailure(error.description)
            failure.isHeld = error.code == LockFile.isHeld
            failure.isNoPlaceToWrite = error.isNoPlaceToWrite
            throw failure
        }
    }

    /// The process id of the lock's holder.
    var holder: String? { LockFile.holder(lockPath) }
    /// The interfaces of the lock's holder; empty if the lock does not name them.
    var interfacesOfHolder: [String] {
        LockFile.remark(lockPath)?.split(separator: ",").map(String.init) ?? []
    }

    /// Whether a running process holds the lock, even if that is this process. Changes nothing.
    var isHeldByOther: Bool { LockFile.namesLivingProcess(lockPath) && LockFile.isTaken(lockPath) }

    /// Throws if a user other than root or this process's own could change the ledger, whose commands are run as root.
    func check() throws(PathFault) {
        for suffix in [""] + Self.companions + ["-journal", ".lock"] { try FileTrust.check(path + suffix) }
    }

    /// Reads the file; a missing file is empty.
    func read() throws(LedgerFailure) -> StoredContent {
        guard Files.exists(path) else { return .nothing }
        try checkAgain()
        let content = try LedgerReading.content(of: path)
        isOurs = true
        return content
    }

    /// Opens the file for writing, and creates it if it does not exist.
    func open(bootID: String) throws(LedgerFailure) -> SQLiteStore {
        try checkAgain()
        let store = try SQLiteStore(path, bootID: bootID)
        // Check the files that SQLite has opened beside it, too.
        try checkAgain()
        isOurs = true
        return store
    }

    private func checkAgain() throws(LedgerFailure) {
        do {
            try check()
        } catch {
            throw LedgerFailure(error.description)
        }
    }

    /// Renames a damaged database, or one that a crash of the machine has filled with zeros. A file that never was a
    /// database belongs to somebody else and stays.
    ///
    /// - Returns: the change to report; nil if the file stays.
    func setAside() -> Ledger.Change? {
        guard let head = try? Files.read(path, limit: LedgerLimits.databaseBytes).prefix(16),
            head.elementsEqual(Self.databaseHead) || head.allSatisfy({ $0 == 0 })
        else { return nil }
        let aside = "\(path).damaged-\(Clock.wallSeconds())"
        guard (try? Files.rename(path, to: aside)) != nil else { return nil }
        for suffix in Self.companions { try? Files.remove(path + suffix) }
        return .damaged(file: path, movedTo: aside)
    }

    /// Removes the file after another one has replaced it for good, so that its old content is not taken for new. A
    /// file that is not this ledger's stays.
    func removeFile() {
        guard isOurs else { return }
        for suffix in [""] + Self.companions { try? Files.remove(path + suffix) }
    }
}
