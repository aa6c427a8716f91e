import Base

/// Schedules the next try of a failed stop command, and limits the log lines about its failures.
///
/// The pauses are 1, 2, 4 … s, up to 5 min. Every failure is logged during the first hour, then one an hour.
struct StopRetry: Equatable {
    /// Number of failures in a row.
    private(set) var failures = 0
    /// Number of pauses since they became short again.
    private var pauses = 0
    /// When to run it next; nil while it runs or has not failed.
    private(set) var next: Milliseconds?
    private var firstFailure: Milliseconds = 0
    private var logged: Milliseconds = 0

    /// Notes a failure.
    ///
    /// - Returns: whether to log it.
    mutating func failed(at now: Milliseconds) -> Bool {
        if failures == 0 { firstFailure = now }
        let longest = DoorsLimits.longestStopPause
        let pause = pauses < 9 ? min(1000 << Milliseconds(pauses), longest) : longest
        pauses += 1
        failures += 1
        next = now + pause
        let hour = DoorsLimits.stopFailureLines
        guard now - firstFailure < hour || now - logged >= hour else { return false }
        logged = now
        return true
    }

    /// Makes the next pauses short again, since a holder or the daemon's end wants it closed now.
    mutating func hurry() { pauses = 0 }

    /// Notes that it runs again.
    mutating func begins() { next = nil }
}
