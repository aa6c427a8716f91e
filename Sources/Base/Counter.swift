/// Counts what happens. It only grows; whoever reports it says what has come since the last report.
package struct Counter: Equatable, Sendable {
    /// How many there have been.
    package private(set) var total: UInt64 = 0
    private var reported: UInt64 = 0

    package init() {}

    /// Adds some; past the greatest number it stands still.
    package mutating func add(_ more: UInt64 = 1) {
        let (sum, isTooLarge) = total.addingReportingOverflow(more)
        total = isTooLarge ? .max : sum
    }

    /// How many there have been since the last report.
    package var unreported: UInt64 { total - reported }

    /// The same; it is reported herewith.
    package mutating func report() -> UInt64 {
        defer { reported = total }
        return unreported
    }
}
