import Hints
import Keys
import Packets
import SignedKnocks

/// Replay state in the tables of a ledger. Timestamps and floors are 64-bit numbers without sign; those too large for
/// SQLite's signed integers are stored as negative numbers.
extension Database {
    /// Records a spent knock and the knocks forgotten for it; false if it was spent before.
    func spend(_ spending: Spending) throws(Failure) -> Bool {
        let knock = spending.knock
        guard try insert(knock) else { return false }
        try forget(spending.forgotten, of: knock.generation)
        if let floor = spending.floor { try setFloor(floor, of: knock.generation) }
        if let other = spending.elsewhere {
            try forget(other.nonces, of: other.generation)
            try setFloor(other.floor, of: other.generation)
        }
        return true
    }

    /// Inserts a knock; false if it is there already.
    func insert(_ knock: SpentKnock) throws(Failure) -> Bool {
        try run(
            "INSERT INTO spent VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                .bytes(knock.generation.bytes), .bytes(knock.nonce.bytes), .integer(Int64(bitPattern: knock.timestamp)),
                .text(knock.door), .bytes(knock.address.bytes), .integer(Int64(knock.operation.rawValue)),
            ])
        return changedRows == 1
    }

    private func forget(_ nonces: [Nonce], of generation: GenerationID) throws(Failure) {
        for nonce in nonces {
            try run(
                "DELETE FROM spent WHERE generation = ? AND nonce = ?",
                [.bytes(generation.bytes), .bytes(nonce.bytes)])
        }
    }

    func setFloor(_ floor: UInt64, of generation: GenerationID) throws(Failure) {
        try run(
            "INSERT OR REPLACE INTO floors VALUES (?, ?)",
            [.bytes(generation.bytes), .integer(Int64(bitPattern: floor))])
    }

    /// Removes all knocks and the floor of a generation.
    func drop(_ generation: GenerationID) throws(Failure) {
        for table in ["spent", "floors"] {
            try run("DELETE FROM \(table) WHERE generation = ?", [.bytes(generation.bytes)])
        }
    }

    /// Records a use: the first one stays, and the last one never moves back.
    func noteUse(_ use: KeyUse, of generation: GenerationID) throws(Failure) {
        try run(
            """
            INSERT INTO uses VALUES (?, ?, ?) ON CONFLICT (generation)
                DO UPDATE SET last_used = max(last_used, excluded.last_used)
            """,
            [.bytes(generation.bytes), .integer(use.firstUsed), .integer(use.lastUsed)])
    }

    /// Replaces the whole replay state.
    func replaceReplayState(_ state: ReplayState) throws(Failure) {
        for table in ["spent", "floors", "uses"] { try run("DELETE FROM \(table)") }
        for knock in state.spent { _ = try insert(knock) }
        for (generation, floor) in state.floors { try setFloor(floor, of: generation) }
        for (generation, use) in state.uses { try noteUse(use, of: generation) }
    }

    /// The whole replay state, and whether every row was valid.
    func replayState() throws(Failure) -> (state: ReplayState, isWhole: Bool) {
        var (state, isWhole) = (ReplayState(), true)
        try forEachRow(of: "SELECT generation, nonce, timestamp, door, address, operation FROM spent") { row in
            if let knock = SpentKnock(row: row) { state.spent.append(knock) } else { isWhole = false }
        }
        try forEachRow(of: "SELECT generation, floor FROM floors") { row in
            if let generation = GenerationID(row[0]), let floor = row[1].integer {
                state.floors.append((generation, UInt64(bitPattern: floor)))
            } else {
                isWhole = false
            }
        }
        state.uses = try keyUse()
        return (state, isWhole)
    }

    /// When keys were used.
    func keyUse() throws(Failure) -> [GenerationID: KeyUse] {
        var uses: [GenerationID: KeyUse] = [:]
        try forEachRow(of: "SELECT generation, first_used, last_used FROM uses") { row in
            guard let generation = GenerationID(row[0]), let first = row[1].integer, let last = row[2].integer else {
                return
            }
            uses[generation] = KeyUse(firstUsed: first, lastUsed: last)
        }
        return uses
    }
}

extension GenerationID {
    var bytes: [UInt8] { high.bigEndianBytes + low.bigEndianBytes }

    /// Nil if the value is not a generation's id.
    init?(_ value: Database.Value) {
        guard let bytes = value.bytes, bytes.count == 16, let high = UInt64(bigEndianBytes: bytes.prefix(8)),
            let low = UInt64(bigEndianBytes: bytes.dropFirst(8))
        else { return nil }
        self.init(high: high, low: low)
    }
}

extension SpentKnock {
    /// Reads a row; nil if it is invalid.
    fileprivate init?(row: [Database.Value]) {
        guard let generation = GenerationID(row[0]), let nonce = row[1].bytes.flatMap({ Nonce(bytes: $0) }),
            let timestamp = row[2].integer, let door = row[3].text, let address = row[4].bytes.flatMap(IPAddress.init),
            let operation = row[5].integer.flatMap(UInt8.init(exactly:)).flatMap(SignedKnockBody.Operation.init)
        else { return nil }
        self.init(
            generation: generation, nonce: nonce, timestamp: UInt64(bitPattern: timestamp), door: door,
            address: address, operation: operation)
    }
}
