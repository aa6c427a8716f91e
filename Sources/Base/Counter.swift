/// A count that only grows, with the part that has not been reported yet.
package struct Counter: Equatable, Sendable {
    /// All events so far.
    package private(set) var total: UInt64 = 0
    private var reported: UInt64 = 0

    package init() {}

    /// Adds `more`; the total saturates at the largest number.
    package mutating func add(_ more: UInt64 = 1) {
        let (sum, isTooLarge) = total.addingReportingOverflow(more)
        total = isTooLarge ? .max : sum
    }

    /// Events since the last report.
    package var unreported: UInt64 { total - reported }

    /// Returns the unreported count and marks it as reported.
    package mutating func report() -> UInt64 {
        defer { reported = total }
        return unreported
    }
}
