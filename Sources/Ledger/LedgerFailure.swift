/// Why a ledger's file cannot be used, as text.
struct LedgerFailure: Error, Equatable, CustomStringConvertible {
    let description: String
    /// Whether the file is not a database, or a damaged one.
    var isDamage = false
    /// Whether a running daemon holds it.
    var isHeld = false
    /// Whether its place cannot be written at all.
    var isNoPlaceToWrite = false

    init(_ description: String) {
        self.description = description
    }

    init(_ failure: Database.Failure) {
        description = failure.description
        isDamage = failure.isDamage
    }

    /// The file's tables are of a later version, after a downgrade.
    static let newer = LedgerFailure("a newer version of the daemon has written it")

    /// Runs `body`, and converts SQLite's failures.
    static func translating<T>(_ body: () throws(Database.Failure) -> T) throws(LedgerFailure) -> T {
        do {
            return try body()
        } catch {
            throw LedgerFailure(error)
        }
    }
}
