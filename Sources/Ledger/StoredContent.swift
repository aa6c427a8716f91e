import Doors

/// The content of a ledger's file.
struct StoredContent {
    /// Distinguishes one state of the ledger from others.
    struct Head: Equatable {
        /// The content's revision: of two files the one with the higher revision is valid. Its column is named `epoch`.
        var revision: Int64
        /// The ledger's random number, which moves with it; nil in a file of the first version.
        var id: String?
        /// The boot whose floors it holds; nil if they were not recorded.
        var boot: String?
    }

    var head: Head
    var openings: [RecordedOpening]
    var replay = ReplayState()
    /// Whether all rows of the replay state were valid.
    var isWhole = true

    static let nothing = StoredContent(head: Head(revision: 0), openings: [])

    /// The content with the highest revision; nil stands for a file that cannot be read.
    static func newest(_ contents: [StoredContent?]) -> StoredContent {
        contents.compactMap { $0 }.max { $0.head.revision < $1.head.revision } ?? .nothing
    }

    /// Whether it is known to come from another ledger, and not to be an older state of this one.
    func isOfAnother(than newest: StoredContent) -> Bool {
        guard let own = head.id, let other = newest.head.id else { return false }
        return own != other
    }
}

extension Database {
    /// The whole content of a ledger's file.
    func storedContent() throws(Failure) -> StoredContent {
        let names = try LedgerTables.names(in: self)
        // A daemon that died while it created the file leaves one without tables.
        guard names.isSuperset(of: ["ledger", "openings"]) else { return .nothing }
        let isFirst = !names.isSuperset(of: ["identity", "holds", "spent", "floors", "uses"])
        var content = StoredContent(head: StoredContent.Head(revision: try revision()), openings: try openings())
        if isFirst { return content }
        if let row = try run("SELECT id, boot FROM identity").first {
            (content.head.id, content.head.boot) = (row[0].text, row[1].text)
        }
        (content.replay, content.isWhole) = try replayState()
        return content
    }

    /// The revision, by which files are compared.
    func revision() throws(Failure) -> Int64 {
        let number = try run("SELECT epoch FROM ledger").first?.first?.integer ?? 0
        // A number that no daemon can have reached must not keep a daemon from increasing it.
        return RecordedOpening.sensible.contains(number) ? number : 0
    }

    /// Replaces the head.
    func replaceHead(_ head: StoredContent.Head) throws(Failure) {
        try run("DELETE FROM ledger")
        try run("INSERT INTO ledger VALUES (?)", [.integer(head.revision)])
        try run("DELETE FROM identity")
        try run(
            "INSERT INTO identity VALUES (?, ?)",
            [head.id.map { .text($0) } ?? .null, head.boot.map { .text($0) } ?? .null])
    }
}
