import Base
import DoorControl
import Doors
import Ledger

/// The Doorkeeper's pending work for the ledger: undecided records, the times of the next checks, and, until the loop
/// begins, the content found at the start.
struct LedgerDuties {
    /// Pause between tries to move the ledger back to its own place, and between checks of its file.
    static let pause: Milliseconds = 10_000

    /// Openings that an earlier run left.
    private var leftovers: [Opening]
    /// Why spent knocks may be unknown, if any may.
    private var loss: ReplayLoss?
    private var undecided: [UInt64: DoorRecord] = [:]
    private var returnAt: Milliseconds?
    private var lookAt: Milliseconds = 0

    init(leftovers: [Opening], loss: ReplayLoss?) {
        self.leftovers = leftovers
        self.loss = loss
    }

    // MARK: Content found at the start

    /// Returns the openings that an earlier run left, once.
    mutating func takeLeftovers() -> [Opening] {
        defer { leftovers = [] }
        return leftovers
    }

    /// Returns the loss of replay state, once.
    mutating func takeLoss() -> ReplayLoss? {
        defer { loss = nil }
        return loss
    }

    // MARK: Submitted records

    /// Notes that a record of doors was submitted.
    mutating func isSubmitted(_ record: DoorRecord, _ number: UInt64) { undecided[number] = record }

    /// Returns the record of this number, whose outcome is known now; nil if it is no record of doors.
    mutating func isDecided(_ number: UInt64) -> DoorRecord? { undecided.removeValue(forKey: number) }

    // MARK: Files

    /// When the next check is due.
    ///
    /// - Parameter isHome: whether the ledger is in its own place.
    func nextDeadline(isHome: Bool) -> Milliseconds { isHome ? lookAt : min(lookAt, returnAt ?? .max) }

    /// Whether to try to move the ledger back to its own place now.
    mutating func isReturnDue(isHome: Bool, now: Milliseconds) -> Bool {
        guard !isHome, let moment = returnAt, moment <= now else { return false }
        returnAt = nil
        return true
    }

    /// Whether to check the ledger's files now.
    mutating func isLookDue(now: Milliseconds) -> Bool {
        guard lookAt <= now else { return false }
        lookAt = now + Self.pause
        return true
    }

    /// Schedules the next try to move the ledger back, if it is elsewhere.
    mutating func scheduleReturn(isHome: Bool, now: Milliseconds) {
        if !isHome { returnAt = returnAt ?? now + Self.pause }
    }
}
