import Doors

/// What a ledger's file holds.
struct StoredContent {
    /// What tells one state of the ledger from others.
    struct Head: Equatable {
        /// The file's version; of two files the one with the higher revision counts. Its column is `epoch`.
        var revision: Int64
        /// The ledger's random number, which it keeps wherever it goes; nil in a file of the first version.
        var id: String?
        /// The boot whose floors it holds; nil if they were not recorded.
        var boot: String?
    }

    var head: Head
    var openings: [RecordedOpening]
    var replay = ReplayState()
    /// Whether all of the replay state made sense.
    var isWhole = true

    static let nothing = StoredContent(head: Head(revision: 0), openings: [])

    /// The one of several that counts: nil is one that cannot be read.
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
    /// All that a ledger's file holds.
    func storedContent() throws(Failure) -> StoredContent {
        let names = try LedgerTables.names(in: self)
        // A daemon that died while it made the file has left one without tables.
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
        // What no daemon has counted to must not keep one from counting on.
        return RecordedOpening.sensible.contains(number) ? number : 0
    }

    /// Replaces what tells this file from others.
    func replaceHead(_ head: StoredContent.Head) throws(Failure) {
        try run("DELETE FROM ledger")
        try run("INSERT INTO ledger VALUES (?)", [.integer(head.revision)])
        try run("DELETE FROM identity")
        try run(
            "INSERT INTO identity VALUES (?, ?)",
            [head.id.map { .text($0) } ?? .null, head.boot.map { .text($0) } ?? .null])
    }
}
