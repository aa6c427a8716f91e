import Base
import Doors
import Keys
import SignedKnocks

/// Collects what is to be recorded, and what waits for it.
///
/// Everything of one turn of the daemon's loop is written at once. The needs of claims are in an intent of their own,
/// since the claims are refused if it cannot be recorded.
struct RecordBook {
    /// An action to perform once its intent is durable.
    enum Step: Equatable {
        case claim(Claim, ClaimAction)
        /// A claim over a rate, whose generation's floor has risen: refuse it.
        case overRate(Claim, ClaimRateLimiter.Excess)
        /// Begin an opening that no claim of this turn began: another opening has made room for it.
        case begin(OpeningKey)
    }

    /// The needs of one turn's claims, which must be durable before anything acts on them.
    struct Intent {
        var record = DoorRecord()
        var steps: [Step] = []
        /// The openings that its claims changed, before and after.
        var changes: [OpeningKey: (former: OpeningState, left: OpeningState)] = [:]
    }

    private var intent = Intent()
    /// Changes that nothing waits for.
    private var facts = DoorRecord()
    /// When to record the facts; nil while there are none.
    private(set) var due: Milliseconds?
    private var inFlight: [UInt64: Intent] = [:]
    /// Facts that are being written.
    private var factsInFlight: [UInt64: DoorRecord] = [:]
    private var lastNumber: UInt64 = 0

    /// Whether an intent is being written.
    var isWaiting: Bool { !inFlight.isEmpty }

    /// Whether a claim at this opening must wait for an intent that is being written.
    func isInFlight(_ key: OpeningKey) -> Bool { inFlight.values.contains { $0.changes[key] != nil } }

    // MARK: Pending records

    /// Notes the current state of an opening; nil if it is closed.
    ///
    /// - Parameter deadline: the latest time to record it.
    mutating func note(_ key: OpeningKey, _ opening: Opening?, by deadline: Milliseconds) {
        // An opening is in the intent or in the facts, never in both, so that its last state is the one recorded.
        if intent.record.openings[key] != nil {
            Self.note(key, opening, in: &intent.record)
        } else {
            Self.note(key, opening, in: &facts)
            due = min(due ?? .max, deadline)
        }
    }

    /// Adds an action to perform once this turn's intent is durable.
    mutating func follow(with step: Step) { intent.steps.append(step) }

    /// Notes a knock that a claim has spent.
    mutating func note(_ spending: Spending) { intent.record.spendings.append(spending) }

    /// Notes a generation whose floor has risen for a claim.
    mutating func note(raised generation: GenerationID) { intent.record.raised.insert(generation) }

    /// Notes how a claim has changed an opening, so that a failed record can be undone.
    mutating func note(_ key: OpeningKey, former: OpeningState, left: OpeningState) {
        let first = intent.changes[key]?.former ?? former
        intent.changes[key] = (first, left)
        facts.forget(key)
        Self.note(key, left.opening, in: &intent.record)
    }

    private static func note(_ key: OpeningKey, _ opening: Opening?, in record: inout DoorRecord) {
        if let opening { record.note(opening) } else { record.noteEnd(of: key) }
    }

    /// Keeps raised floors for a later record, though the intent that raised them failed.
    mutating func keep(floorsOf generations: Set<GenerationID>, by deadline: Milliseconds) {
        guard !generations.isEmpty else { return }
        facts.raised.formUnion(generations)
        due = min(due ?? .max, deadline)
    }

    // MARK: Records being written

    /// Whether `take` would return something.
    func hasSome(now: Milliseconds) -> Bool {
        !intent.steps.isEmpty || !intent.record.isEmpty || due.map { $0 <= now } ?? false
    }

    /// Returns the records to write now, in order, each with a number for its result.
    mutating func take(now: Milliseconds) -> [(number: UInt64, record: DoorRecord)] {
        var taken: [(UInt64, DoorRecord)] = []
        if !intent.steps.isEmpty || !intent.record.isEmpty {
            lastNumber += 1
            taken.append((lastNumber, intent.record))
            inFlight[lastNumber] = intent
            intent = Intent()
        }
        if let due, due <= now || !taken.isEmpty {
            lastNumber += 1
            if !facts.isEmpty {
                taken.append((lastNumber, facts))
                factsInFlight[lastNumber] = facts
            }
            (facts, self.due) = (DoorRecord(), nil)
        }
        return taken
    }

    /// Removes and returns the intent of this number; nil if nothing waits for the number.
    mutating func conclude(_ number: UInt64) -> Intent? { inFlight.removeValue(forKey: number) }

    /// Removes and returns the facts of this number; nil if the number is an intent's.
    mutating func concludeFacts(_ number: UInt64) -> DoorRecord? { factsInFlight.removeValue(forKey: number) }
}

/// The action of an admitted claim.
enum ClaimAction: Equatable {
    case knock(OpenDoors.KnockOutcome)
    /// At a door without a stop command.
    case once(DoorCommand)
    case close([OpenDoors.CloseOutcome])
}
