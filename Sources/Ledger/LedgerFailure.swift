/// Why a ledger's file cannot be used, in words.
struct LedgerFailure: Error, Equatable, CustomStringConvertible {
    let description: String
    /// The file is no database, or one that contradicts itself.
    var isDamage = false
    /// A daemon that runs has it.
    var isHeld = false
    /// There is nothing that could be written.
    var isNoPlaceToWrite = false

    init(_ description: String) {
        self.description = description
    }

    init(_ failure: Database.Failure) {
        description = failure.description
        isDamage = failure.isDamage
    }

    /// Somebody has gone back to an older program.
    static let newer = LedgerFailure("a newer version of the daemon has written it")

    /// Runs something that SQLite may refuse.
    static func translating<T>(_ body: () throws(Database.Failure) -> T) throws(LedgerFailure) -> T {
        do {
            return try body()
        } catch {
            throw LedgerFailure(error)
        }
    }
}
