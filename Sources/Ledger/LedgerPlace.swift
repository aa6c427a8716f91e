import Linux

/// Where a ledger's file can be: its lock, and what becomes of one that is damaged.
final class LedgerPlace {
    /// What every SQLite database begins with.
    private static let databaseHead = Array("SQLite format 3\0".utf8)
    /// What SQLite keeps beside a file.
    private static let companions = ["-wal", "-shm"]

    let path: String
    private var lock: LockFile?
    /// Whether the file has turned out to be a ledger's.
    private var isOurs = false

    init(_ path: String) {
        self.path = path
    }

    var isLocked: Bool { lock != nil }

    /// Takes the lock, and makes the directory, where that has not been done.
    func takeLock() throws(SystemError) {
        if isLocked { return }
        try Files.makePrivateDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        lock = try LockFile(path + ".lock")
    }

    /// Who has the lock.
    var holder: String? { LockFile.holder(path + ".lock") }

    /// What the file holds. That there is none yet is an empty one.
    func read() throws(LedgerFile.Failure) -> LedgerFile.Content {
        guard Files.exists(path) else { return .nothing }
        let content = try LedgerFile.read(path)
        isOurs = true
        return content
    }

    /// Opens the file for writing, and makes it where there is none.
    func open(bootID: String) throws(LedgerFile.Failure) -> LedgerFile {
        let file = try LedgerFile(path, bootID: bootID)
        isOurs = true
        return file
    }

    /// Renames a database that is damaged, or that a crash of the machine has left as zeros. What never was a database is
    /// somebody else's file, and left alone.
    ///
    /// - Returns: its new name; nil if it stays.
    func setAside() -> String? {
        guard let head = try? Files.read(path, limit: 1 << 30).prefix(16),
            head.elementsEqual(Self.databaseHead) || head.allSatisfy({ $0 == 0 })
        else { return nil }
        let aside = "\(path).damaged-\(Clock.wallSeconds())"
        guard (try? Files.rename(path, to: aside)) != nil else { return nil }
        for suffix in Self.companions { try? Files.remove(path + suffix) }
        return aside
    }

    /// Removes the file, which another one has replaced for good: what is old must not be taken for new. What is somebody
    /// else's stays.
    func removeFile() {
        guard isOurs else { return }
        for suffix in [""] + Self.companions { try? Files.remove(path + suffix) }
    }
}
