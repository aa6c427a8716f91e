import CSQLite

/// An open SQLite database.
@safe
final class Database {
    /// A result code other than success, with SQLite's description.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let code: Int32
        let description: String

        /// Whether the file is not a database, or a damaged one.
        var isDamage: Bool { code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB }
    }

    /// A value in a row or in a statement.
    enum Value: Equatable {
        case integer(Int64)
        case text(String)
        case bytes([UInt8])
        case null
    }

    let handle: OpaquePointer
    /// Prepared statements by their text: preparing one takes longer than running it.
    private var prepared: [String: OpaquePointer] = unsafe [:]

    /// Opens an existing file.
    ///
    /// - Parameter isStill: whether no process writes the file meanwhile. SQLite then reads it without creating files
    ///   beside it.
    init(_ path: String, readOnly: Bool, isStill: Bool = false) throws(Failure) {
        var handle: OpaquePointer?
        let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let name = isStill ? "file:\(Self.quoted(path))?immutable=1" : path
        let code = unsafe sqlite3_open_v2(name, &handle, flags | (isStill ? SQLITE_OPEN_URI : 0), nil)
        guard let opened = unsafe handle, code == SQLITE_OK else {
            let reason = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close(handle)
            throw Failure(code: code, description: reason)
        }
        unsafe self.handle = unsafe opened
        unsafe sqlite3_extended_result_codes(opened, 1)
        // Another program may hold the lock for a moment while it reads.
        unsafe sqlite3_busy_timeout(opened, LedgerLimits.busyWait)
    }

    deinit {
        unsafe prepared.values.forEach { _ = unsafe sqlite3_finalize($0) }
        unsafe sqlite3_close_v2(handle)
    }

    /// A path escaped for SQLite's `file:` names.
    private static func quoted(_ path: String) -> String {
        path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23")
    }

    /// Runs one statement with its values; returns its rows.
    @discardableResult
    func run(_ statement: String, _ values: [Value] = []) throws(Failure) -> [[Value]] {
        var rows: [[Value]] = []
        try forEachRow(of: statement, values) { rows.append($0) }
        return rows
    }

    /// Runs one statement with its values, and calls `body` for each row.
    func forEachRow(of statement: String, _ values: [Value] = [], _ body: ([Value]) -> Void) throws(Failure) {
        let prepared = try unsafe prepare(statement)
        // The statement holds its locks until it is reset.
        defer {
            unsafe sqlite3_reset(prepared)
            unsafe sqlite3_clear_bindings(prepared)
        }
        for (index, value) in values.enumerated() {
            try unsafe bind(value, to: prepared, at: Int32(index + 1))
        }
        while true {
            switch unsafe sqlite3_step(prepared) {
            case SQLITE_DONE: return
            case SQLITE_ROW:
                body(unsafe (0..<sqlite3_column_count(prepared)).map { unsafe column($0, of: prepared) })
            case let code: throw failure(code)
            }
        }
    }

    /// The number of rows that the last statement inserted, changed or deleted.
    var changedRows: Int { Int(unsafe sqlite3_changes(handle)) }

    /// Runs `body` in a transaction: all of it is durable, or nothing if it throws.
    func transaction(_ body: () throws(Failure) -> Void) throws(Failure) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            // SQLite may have rolled back already; then this fails, harmlessly.
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    private func prepare(_ statement: String) throws(Failure) -> OpaquePointer? {
        if let known = unsafe prepared[statement] { return unsafe known }
        var new: OpaquePointer?
        try check(unsafe sqlite3_prepare_v3(handle, statement, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &new, nil))
        unsafe prepared[statement] = new
        return unsafe new
    }

    private func bind(_ value: Value, to prepared: OpaquePointer?, at index: Int32) throws(Failure) {
        // SQLITE_TRANSIENT, a macro that Swift does not import: SQLite makes a copy.
        let copy = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch value {
        case .integer(let number): try check(unsafe sqlite3_bind_int64(prepared, index, number))
        case .text(let text): try check(unsafe sqlite3_bind_text(prepared, index, text, -1, copy))
        case .bytes(let bytes): try check(unsafe sqlite3_bind_blob(prepared, index, bytes, Int32(bytes.count), copy))
        case .null: try check(unsafe sqlite3_bind_null(prepared, index))
        }
    }

    private func column(_ index: Int32, of prepared: OpaquePointer?) -> Value {
        switch unsafe sqlite3_column_type(prepared, index) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(prepared, index))
        case SQLITE_NULL: return .null
        case SQLITE_BLOB:
            let count = Int(unsafe sqlite3_column_bytes(prepared, index))
            let start = unsafe sqlite3_column_blob(prepared, index)
            return .bytes(unsafe Array(UnsafeRawBufferPointer(start: start, count: count)))
        default:
            return unsafe sqlite3_column_text(prepared, index).map { .text(unsafe String(cString: $0)) } ?? .null
        }
    }

    private func check(_ code: Int32) throws(Failure) {
        if code != SQLITE_OK { throw failure(code) }
    }

    private func failure(_ code: Int32) -> Failure {
        Failure(code: code, description: unsafe String(cString: sqlite3_errmsg(handle)))
    }
}

extension Database.Value {
    var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }
}
