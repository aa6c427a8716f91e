import Linux

/// The file names of the ledgers of all daemons on one configuration. The first daemon uses the configured name;
/// another one that finds it in use adds its interfaces to the name.
struct LedgerFamily: Equatable {
    /// One ledger: its path, and its path while that cannot be written.
    struct Member: Equatable {
        let path: String
        let fallback: String
    }

    /// Endings of files beside a ledger.
    private static let companions = ["-wal", "-shm", "-journal", ".lock"]

    let stateFile: String
    let fallbackDirectory: String

    /// The ledger with the configured name.
    var first: Member { Member(path: stateFile, fallback: fallbackHead + Self.fallbackTail) }

    /// The ledger of another daemon, at these interfaces.
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

    /// The path before its extension, and the extension with its point.
    private var stateFileParts: (stem: String, end: String) {
        let name = stateFile.lastIndex(of: "/").map { stateFile.index(after: $0) } ?? stateFile.startIndex
        guard let point = stateFile.lastIndex(of: "."), point > name else { return (stateFile, "") }
        return (String(stateFile[..<point]), String(stateFile[point...]))
    }

    /// All ledgers of which a file exists, in no order.
    func members() -> [Member] {
        let (stem, end) = stateFileParts
        let lists = lists(stem, end).union(lists(fallbackHead, Self.fallbackTail))
        return (lists.map(member) + [first]).filter { Files.exists($0.path) || Files.exists($0.fallback) }
    }

    /// The parts of existing file names between a beginning and an end.
    private func lists(_ stem: String, _ end: String) -> Set<String> {
        let found = (try? FilePattern.matches(FilePattern.escaped(stem) + "@*" + FilePattern.escaped(end))) ?? []
        let ledgers = found.filter { file in !Self.companions.contains { file.hasSuffix($0) } }
        let lists = ledgers.map { $0.dropFirst(stem.count + 1).dropLast(end.count) }
        return Set(lists.filter { !$0.isEmpty && !$0.contains("/") }.map(String.init))
    }
}

extension Ledger {
    /// The fallback path of a StateFile's ledger.
    static func fallbackPath(_ stateFile: String, in directory: String) -> String {
        LedgerFamily(stateFile: stateFile, fallbackDirectory: directory).first.fallback
    }
}
