package import Base

/// What the ledger reads, names and waits for; docs/LIMITS.md lists the limits of all modules.
package enum LedgerLimits {
    /// How long SQLite waits for another program that has the ledger locked, as when reading along; then the record
    /// fails, and the ledger moves to its other place.
    package static let busyWait: Int32 = 200
    /// Bytes of a damaged ledger that is looked at, to see whether it is one; a larger one is not set aside.
    package static let databaseBytes = 1 << 30
    /// Bytes of the list of interfaces in a ledger's lock; in the place of a longer one, which is too much to be read,
    /// stands `any`.
    package static let interfacesInLock = 2000
    /// Bytes of the list of interfaces in a ledger's name; a longer one is shortened to sixteen digits, since names of
    /// files have an end.
    package static let interfacesInName = 100
    /// Bytes of the ledger's mark beside the keys; a longer one counts as another ledger's.
    package static let markBytes = 256
    /// How long to wait for somebody who changes the keys before the mark is written; then it is not, and that is told.
    package static let markWait: Milliseconds = 1000
}
