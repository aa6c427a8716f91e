import Linux

/// When a stop command that has failed is run again, and which of its failures are logged.
///
/// It is run again after 1, 2, 4 … s, up to 5 min. Each failure is logged during the first hour, then one an hour.
struct StopRetry: Equatable {
    private static let longestPause: Milliseconds = 300_000
    private static let hour: Milliseconds = 3_600_000

    /// How often it has failed in a row.
    private(set) var failures = 0
    /// When to run it next; nil while it has not failed, or runs.
    private(set) var next: Milliseconds?
    private var firstFailure: Milliseconds = 0
    private var logged: Milliseconds = 0

    /// It has failed now.
    ///
    /// - Returns: whether to log that.
    mutating func failed(at now: Milliseconds) -> Bool {
        if failures == 0 { firstFailure = now }
        let pause = failures < 9 ? min(1000 << Milliseconds(failures), Self.longestPause) : Self.longestPause
        failures += 1
        next = now + pause
        guard now - firstFailure < Self.hour || now - logged >= Self.hour else { return false }
        logged = now
        return true
    }

    /// It is run again.
    mutating func begins() { next = nil }
}
