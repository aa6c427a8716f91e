import Base

/// When a stop command that has failed is run again, and which of its failures are logged.
///
/// It is run again after 1, 2, 4 … s, up to 5 min. Each failure is logged during the first hour, then one an hour.
struct StopRetry: Equatable {
    /// How often it has failed in a row.
    private(set) var failures = 0
    /// How often since the pauses began anew.
    private var pauses = 0
    /// When to run it next; nil while it has not failed, or runs.
    private(set) var next: Milliseconds?
    private var firstFailure: Milliseconds = 0
    private var logged: Milliseconds = 0

    /// It has failed now.
    ///
    /// - Returns: whether to log that.
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

    /// Somebody wants it closed now: the next pauses are short again.
    mutating func hurry() { pauses = 0 }

    /// It is run again.
    mutating func begins() { next = nil }
}
