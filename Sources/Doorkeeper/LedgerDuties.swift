import Base
import DoorControl
import Doors
import Ledger

/// What the Doorkeeper still has to do about the ledger: what was submitted and is not decided, when to look after its files,
/// and, until the loop begins, what was found in it.
struct LedgerDuties {
    /// How often to try to bring the ledger back to where it belongs, and to see whether its file is still there.
    static let pause: Milliseconds = 10_000

    /// What an earlier run has left.
    private var leftovers: [Opening]
    /// Why knocks may have been spent of which nothing is known.
    private var loss: ReplayLoss?
    private var undecided: [UInt64: DoorRecord] = [:]
    private var returnAt: Milliseconds?
    private var lookAt: Milliseconds = 0

    init(leftovers: [Opening], loss: ReplayLoss?) {
        self.leftovers = leftovers
        self.loss = loss
    }

    // MARK: What was found

    /// What an earlier run has left: the loop takes it over, once.
    mutating func takeLeftovers() -> [Opening] {
        defer { leftovers = [] }
        return leftovers
    }

    /// What was lost, to be told once.
    mutating func takeLoss() -> ReplayLoss? {
        defer { loss = nil }
        return loss
    }

    // MARK: What was submitted

    /// A record of doors is on its way.
    mutating func isSubmitted(_ record: DoorRecord, _ number: UInt64) { undecided[number] = record }

    /// Something is decided. Nil if it is no record of doors: then nothing waits for it.
    mutating func isDecided(_ number: UInt64) -> DoorRecord? { undecided.removeValue(forKey: number) }

    // MARK: Its files

    /// When to look next.
    ///
    /// - Parameter isHome: whether the ledger lies where it belongs.
    func nextDeadline(isHome: Bool) -> Milliseconds { isHome ? lookAt : min(lookAt, returnAt ?? .max) }

    /// Whether to try to bring the ledger back now.
    mutating func isReturnDue(isHome: Bool, now: Milliseconds) -> Bool {
        guard !isHome, let moment = returnAt, moment <= now else { return false }
        returnAt = nil
        return true
    }

    /// Whether to look after the ledger's files now.
    mutating func isLookDue(now: Milliseconds) -> Bool {
        guard lookAt <= now else { return false }
        lookAt = now + Self.pause
        return true
    }

    /// A ledger that lies elsewhere is brought back after a pause.
    mutating func scheduleReturn(isHome: Bool, now: Milliseconds) {
        if !isHome { returnAt = returnAt ?? now + Self.pause }
    }
}
