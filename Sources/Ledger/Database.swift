import CSQLite

/// One open SQLite database.
@safe
final class Database {
    /// A result code other than success, with SQLite's words for it.
    struct Failure: Error, Equatable, CustomStringConvertible {
        let code: Int32
        let description: String

        /// The file is no database, or one that contradicts itself.
        var isDamage: Bool { code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB }
    }

    /// A value in a row or in a statement.
    enum Value: Equatable {
        case integer(Int64)
        case text(String)
        case null
    }

    private let handle: OpaquePointer

    /// Opens an existing file.
    init(_ path: String, readOnly: Bool) throws(Failure) {
        var handle: OpaquePointer?
        let flags = readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        let code = unsafe sqlite3_open_v2(path, &handle, flags, nil)
        guard let opened = unsafe handle, code == SQLITE_OK else {
            let reason = unsafe String(cString: sqlite3_errstr(code))
            unsafe sqlite3_close(handle)
            throw Failure(code: code, description: reason)
        }
        unsafe self.handle = unsafe opened
        unsafe sqlite3_extended_result_codes(opened, 1)
        // Somebody else may hold the lock for a moment, reading along.
        unsafe sqlite3_busy_timeout(opened, 200)
    }

    deinit {
        unsafe sqlite3_close_v2(handle)
    }

    /// Runs one statement with its values; returns its rows.
    @discardableResult
    func run(_ statement: String, _ values: [Value] = []) throws(Failure) -> [[Value]] {
        var prepared: OpaquePointer?
        try check(unsafe sqlite3_prepare_v2(handle, statement, -1, &prepared, nil))
        defer { unsafe sqlite3_finalize(prepared) }
        for (index, value) in values.enumerated() {
            try unsafe bind(value, to: prepared, at: Int32(index + 1))
        }
        var rows: [[Value]] = []
        while true {
            switch unsafe sqlite3_step(prepared) {
            case SQLITE_DONE:
                return rows
            case SQLITE_ROW:
                unsafe rows.append((0..<sqlite3_column_count(prepared)).map { unsafe column($0, of: prepared) })
            case let code:
                throw failure(code)
            }
        }
    }

    /// Does all of `body` durably, or nothing of it.
    func transaction(_ body: () throws(Failure) -> Void) throws(Failure) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            // It may have been rolled back by SQLite already; then this is no transaction's end, and no matter.
            _ = try? run("ROLLBACK")
            throw error
        }
    }

    private func bind(_ value: Value, to prepared: OpaquePointer?, at index: Int32) throws(Failure) {
        switch value {
        case .integer(let number):
            try check(unsafe sqlite3_bind_int64(prepared, index, number))
        case .text(let text):
            // SQLITE_TRANSIENT, a macro that Swift does not see: SQLite takes a copy.
            let copy = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
            try check(unsafe sqlite3_bind_text(prepared, index, text, -1, copy))
        case .null:
            try check(unsafe sqlite3_bind_null(prepared, index))
        }
    }

    private func column(_ index: Int32, of prepared: OpaquePointer?) -> Value {
        switch unsafe sqlite3_column_type(prepared, index) {
        case SQLITE_INTEGER:
            return .integer(unsafe sqlite3_column_int64(prepared, index))
        case SQLITE_NULL:
            return .null
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
