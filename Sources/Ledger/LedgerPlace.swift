import Linux

/// Where a ledger's file can be: its lock, and what becomes of one that is damaged.
final class LedgerPlace {
    /// What every SQLite database begins with.
    private static let databaseHead = Array("SQLite format 3\0".utf8)
    /// What SQLite keeps beside a file.
    static let companions = ["-wal", "-shm"]

    let path: String

    /// Where this daemon listens, which the lock says.
    private var interfaces: [String]
    private var lock: LockFile?
    /// Whether the file has turned out to be a ledger's.
    private var isOurs = false

    init(_ path: String, interfaces: [String] = []) {
        self.path = path
        self.interfaces = interfaces
    }

    private var remark: String {
        let list = interfaces.joined(separator: ",")
        return list.utf8.count > LedgerLimits.interfacesInLock ? NetworkInterface.any : list
    }

    /// The daemon listens elsewhere now.
    func listens(at interfaces: [String]) {
        if interfaces.isEmpty || interfaces == self.interfaces { return }
        self.interfaces = interfaces
        lock?.say(remark)
    }

    private var lockPath: String { path + ".lock" }

    var isLocked: Bool { lock?.isInPlace ?? false }

    /// What keeps this daemon from being the only one with this file any more, after it was; nil if nothing does. A lock
    /// that somebody has removed is taken anew.
    func findIntruder() -> String? {
        guard let lock, !lock.isInPlace else { return nil }
        do {
            try takeLock()
            return nil
        } catch {
            return error.isHeld ? "another daemon uses it" : error.description
        }
    }

    /// Takes the lock, and makes the directory, where that has not been done, or where somebody has removed the lock.
    ///
    /// - Parameter isPassing: to look at what another daemon has left, if it runs no more.
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

    /// Who has the lock.
    var holder: String? { LockFile.holder(lockPath) }
    /// At which interfaces; empty where the lock does not say.
    var interfacesOfHolder: [String] {
        LockFile.remark(lockPath)?.split(separator: ",").map(String.init) ?? []
    }

    /// Whether a process that runs has its lock; a lock of this object counts too. Nothing is changed.
    var isHeldByOther: Bool { LockFile.namesLivingProcess(lockPath) && LockFile.isTaken(lockPath) }

    /// Finds who but root and the user of this process could change what stands in the ledger: it is run as root.
    func check() throws(PathFault) {
        for suffix in [""] + Self.companions + ["-journal", ".lock"] { try FileTrust.check(path + suffix) }
    }

    /// What the file holds. That there is none yet is an empty one.
    func read() throws(LedgerFailure) -> StoredContent {
        guard Files.exists(path) else { return .nothing }
        try checkAgain()
        let content = try LedgerReading.content(of: path)
        isOurs = true
        return content
    }

    /// Opens the file for writing, and makes it where there is none.
    func open(bootID: String) throws(LedgerFailure) -> SQLiteStore {
        try checkAgain()
        let store = try SQLiteStore(path, bootID: bootID)
        // What SQLite has opened beside it.
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

    /// Renames a database that is damaged, or that a crash of the machine has left as zeros. What never was a database is
    /// somebody else's file, and left alone.
    ///
    /// - Returns: what is to be told of that; nil if it stays.
    func setAside() -> Ledger.Change? {
        guard let head = try? Files.read(path, limit: LedgerLimits.databaseBytes).prefix(16),
            head.elementsEqual(Self.databaseHead) || head.allSatisfy({ $0 == 0 })
        else { return nil }
        let aside = "\(path).damaged-\(Clock.wallSeconds())"
        guard (try? Files.rename(path, to: aside)) != nil else { return nil }
        for suffix in Self.companions { try? Files.remove(path + suffix) }
        return .damaged(file: path, movedTo: aside)
    }

    /// Removes the file, which another one has replaced for good: what is old must not be taken for new. What is somebody
    /// else's stays.
    func removeFile() {
        guard isOurs else { return }
        for suffix in [""] + Self.companions { try? Files.remove(path + suffix) }
    }
}
