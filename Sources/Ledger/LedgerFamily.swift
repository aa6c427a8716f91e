import Linux

/// The names of the ledgers of daemons on one configuration: the first has the configuration's own, and one that finds this
/// in use adds its interfaces to it.
struct LedgerFamily: Equatable {
    /// One of them: where it lies, and where it lies when it cannot lie there.
    struct Member: Equatable {
        let path: String
        let fallback: String
    }

    /// What lies beside a ledger and is none.
    private static let companions = ["-wal", "-shm", "-journal", ".lock"]

    let stateFile: String
    let fallbackDirectory: String

    /// The one whose name is the configuration's.
    var first: Member { Member(path: stateFile, fallback: fallbackHead + Self.fallbackTail) }

    /// The one of a daemon at these interfaces that is not the first.
    func member(of interfaces: [String]) -> Member {
        let list = interfaces.sorted().joined(separator: ",")
        return member(list.utf8.count > LedgerLimits.interfacesInName ? Files.digest(ofPath: list) : list)
    }

    private func member(_ list: String) -> Member {
        let (stem, end) = stateFileParts
        return Member(path: "\(stem)@\(list)\(end)", fallback: "\(fallbackHead)@\(list)\(Self.fallbackTail)")
    }

    private static let fallbackTail = ".db"
    private var fallbackHead: String { "\(fallbackDirectory)/state-\(Files.digest(ofPath: stateFile))" }

    /// The name before and from the point before its ending.
    private var stateFileParts: (stem: String, end: String) {
        let name = stateFile.lastIndex(of: "/").map { stateFile.index(after: $0) } ?? stateFile.startIndex
        guard let point = stateFile.lastIndex(of: "."), point > name else { return (stateFile, "") }
        return (String(stateFile[..<point]), String(stateFile[point...]))
    }

    /// All of which something is there, in no order.
    func members() -> [Member] {
        let (stem, end) = stateFileParts
        let lists = lists(stem, end).union(lists(fallbackHead, Self.fallbackTail))
        return (lists.map(member) + [first]).filter { Files.exists($0.path) || Files.exists($0.fallback) }
    }

    /// What stands between a beginning and an end in the names of files that are there.
    private func lists(_ stem: String, _ end: String) -> Set<String> {
        let found = (try? FilePattern.matches(FilePattern.escaped(stem) + "@*" + FilePattern.escaped(end))) ?? []
        let ledgers = found.filter { file in !Self.companions.contains { file.hasSuffix($0) } }
        let lists = ledgers.map { $0.dropFirst(stem.count + 1).dropLast(end.count) }
        return Set(lists.filter { !$0.isEmpty && !$0.contains("/") }.map(String.init))
    }
}

extension Ledger {
    /// Where the ledger of a StateFile lies when it cannot lie there.
    static func fallbackPath(_ stateFile: String, in directory: String) -> String {
        LedgerFamily(stateFile: stateFile, fallbackDirectory: directory).first.fallback
    }
}
