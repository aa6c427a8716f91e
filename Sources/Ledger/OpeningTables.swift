import Doors
import Keys
import Base
import Packets

/// Openings in the tables of a ledger.
extension Database {
    /// Writes openings in their current state.
    ///
    /// - Parameters:
    ///   - known: the holds on record; other openings may be on record in any state.
    ///   - boot: the boot to which the deadlines belong.
    func write(_ openings: OpeningWrites, known: [OpeningKey: [Hold]], boot: String) throws(Failure) {
        for (key, opening) in openings.last {
            if let opening, let former = known[key] {
                try record(opening, HoldDifference(from: former, to: opening.holds), boot: boot)
            } else if let opening {
                try record(opening, boot: boot)
            } else {
                try remove(key)
            }
        }
    }

    /// Writes an opening in its current state, whatever is on record.
    func record(_ opening: Opening, boot: String) throws(Failure) {
        try recordItself(opening, boot: boot)
        let key = Self.values(opening.key)
        try run(Self.deleteHolds, key)
        for hold in opening.holds { try record(hold, of: key) }
    }

    /// Writes an opening of which some holds have changed.
    private func record(_ opening: Opening, _ holds: HoldDifference, boot: String) throws(Failure) {
        try recordItself(opening, boot: boot)
        let key = Self.values(opening.key)
        for hold in holds.changed { try record(hold, of: key) }
        for hold in holds.gone { try run(Self.deleteHold, key + Self.owner(of: hold)) }
    }

    /// Writes an opening without its holds.
    private func recordItself(_ opening: Opening, boot: String) throws(Failure) {
        let (commands, process) = (opening.commands, opening.process)
        try run(
            Self.insertOpening,
            Self.values(opening.key) + [
                .text(commands.start), .text(commands.stop), commands.check.map { .text($0) } ?? .null,
                .text(commands.stopSuccess.description), commands.startLimit.map { .integer($0) } ?? .null,
                .integer(commands.stopLimit), .integer(opening.openFor),
                .integer(RecordedOpening.Progress(opening).rawValue), .integer(opening.deadline), .text(boot),
                process.map { .integer(Int64($0.id)) } ?? .null, process.map { .integer($0.began) } ?? .null,
                opening.values.key.map { .text($0.description) } ?? .null, .integer(Int64(opening.values.seconds)),
            ])
    }

    /// - Parameter key: the columns of its opening's key.
    private func record(_ hold: Hold, of key: [Value]) throws(Failure) {
        try run(
            Self.insertHold,
            key + Self.owner(of: hold) + [
                .integer(hold.openFor), .integer(hold.deadline), .integer(hold.awaitsStart ? 1 : 0),
            ])
    }

    /// Removes an opening that is over.
    func remove(_ key: OpeningKey) throws(Failure) {
        let key = Self.values(key)
        try run(Self.deleteOpening, key)
        try run(Self.deleteHolds, key)
    }

    // Prepared statements are found by these texts, so each is made once.
    private static let keyColumns = ["door", "ordinal", "address", "part"]
    /// In the order that `RecordedOpening` reads.
    private static let openingColumns =
        keyColumns + [
            "start_command", "stop_command", "check_command", "stop_success", "start_limit", "stop_limit", "open_for",
            "progress", "deadline", "boot", "process", "process_began", "knock_key", "knock_seconds",
        ]
    private static let holdColumns =
        keyColumns + ["holder", "generation", "open_for", "deadline", "awaits_start"]
    private static let insertOpening = insertion(into: "openings", openingColumns)
    private static let insertHold = insertion(into: "holds", holdColumns)
    private static let isOfOpening = keyColumns.map { "\($0) = ?" }.joined(separator: " AND ")
    private static let deleteOpening = "DELETE FROM openings WHERE \(isOfOpening)"
    private static let deleteHolds = "DELETE FROM holds WHERE \(isOfOpening)"
    private static let deleteHold = "\(deleteHolds) AND holder = ? AND generation = ?"

    private static func insertion(into table: String, _ columns: [String]) -> String {
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT OR REPLACE INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))"
    }

    /// Replaces all openings.
    func replaceOpenings(_ openings: [Opening], boot: String) throws(Failure) {
        for table in ["openings", "holds"] { try run("DELETE FROM \(table)") }
        for opening in openings { try record(opening, boot: boot) }
    }

    /// All valid openings, ordered by deadline. The tables may be of an earlier version; the first version had no
    /// holds, since all openings were the sequence's.
    func openings() throws(Failure) -> [RecordedOpening] {
        var holds: [OpeningKey: [Hold]] = [:]
        if try LedgerTables.names(in: self).contains("holds") {
            let columns = try select(Self.holdColumns, from: "holds")
            try forEachRow(of: "SELECT \(columns) FROM holds ORDER BY holder, generation") { row in
                guard let key = OpeningKey(row: row), let hold = Hold(row: row[4...]) else { return }
                holds[key, default: []].append(hold)
            }
        }
        var openings: [RecordedOpening] = []
        let columns = try select(Self.openingColumns, from: "openings")
        try forEachRow(of: "SELECT \(columns) FROM openings ORDER BY deadline") { row in
            guard let key = OpeningKey(row: row) else { return }
            if let opening = RecordedOpening(key, row: row, holds: holds[key] ?? []) { openings.append(opening) }
        }
        return openings
    }

    /// A list of columns, with NULL for those that an earlier version's table does not have.
    private func select(_ columns: [String], from table: String) throws(Failure) -> String {
        let there = try LedgerTables.columns(of: table, in: self)
        return columns.map { there.contains($0) ? $0 : "NULL" }.joined(separator: ", ")
    }

    private static func values(_ key: OpeningKey) -> [Value] {
        [
            .text(key.door.name), .integer(Int64(key.door.ordinal)), .text(key.address.description), .text(key.part),
        ]
    }

    private static func owner(of hold: Hold) -> [Value] {
        [.text(hold.holder.recordName), .text(hold.generation?.description ?? "")]
    }
}

extension OpeningKey {
    /// Reads the first columns of a row; nil if they are invalid.
    fileprivate init?(row: [Database.Value]) {
        guard let name = row[0].text, let ordinal = row[1].integer, RecordedOpening.sensible.contains(ordinal),
            let address = row[2].text.flatMap({ IPAddress($0) })
        else { return nil }
        let part = row[3].text ?? ""
        self.init(door: DoorIdentity(name: name, ordinal: Int(ordinal)), address: address, part: part)
    }
}

extension Hold {
    /// Reads a hold's own columns; nil if they are invalid.
    fileprivate init?(row: ArraySlice<Database.Value>) {
        let row = Array(row)
        guard let holder = row[0].text.flatMap({ Holder(recordName: $0) }), let openFor = row[2].integer,
            let deadline = row[3].integer, let awaitsStart = row[4].integer,
            [openFor, deadline].allSatisfy(RecordedOpening.sensible.contains)
        else { return nil }
        self.init(
            holder: holder, generation: row[1].text.flatMap { GenerationID($0) }, openFor: openFor,
            deadline: deadline, awaitsStart: awaitsStart != 0)
    }
}
