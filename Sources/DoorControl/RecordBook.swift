import Base
import Doors
import Keys
import SignedKnocks

/// What is to be recorded, and what waits for it. All that one turn of the daemon's loop brings about is recorded at once; what
/// a claim needs stands in an intent of its own, since it is refused if that cannot be recorded.
struct RecordBook {
    /// What is done once an intent is on the disk.
    enum Step: Equatable {
        case claim(Claim, ClaimAction)
        /// It is over a rate, and its generation's floor has risen: it is refused.
        case overRate(Claim, ClaimRateLimiter.Excess)
        /// A new opening that no claim began just now: another one has made room for it.
        case begin(OpeningKey)
    }

    /// What claims of one turn need on the disk before anything acts on them.
    struct Intent {
        var record = DoorRecord()
        var steps: [Step] = []
        /// What its claims have changed: how each opening was before, and how they left it.
        var changes: [OpeningKey: (former: OpeningState, left: OpeningState)] = [:]
    }

    private var intent = Intent()
    /// What nothing waits for.
    private var facts = DoorRecord()
    /// When to record the facts; nil while there are none.
    private(set) var due: Milliseconds?
    private var inFlight: [UInt64: Intent] = [:]
    /// Facts that were handed out, until it is known whether they are on the disk.
    private var factsInFlight: [UInt64: DoorRecord] = [:]
    private var lastNumber: UInt64 = 0

    /// Whether something was handed out of which nobody knows yet whether it is on the disk.
    var isWaiting: Bool { !inFlight.isEmpty }

    /// Whether a claim at this opening has to wait: how it ends depends on what is on its way to the disk.
    func isInFlight(_ key: OpeningKey) -> Bool { inFlight.values.contains { $0.changes[key] != nil } }

    // MARK: What is to be recorded

    /// Notes how an opening is now; nil if it is over.
    ///
    /// - Parameter deadline: when that is recorded at the latest.
    mutating func note(_ key: OpeningKey, _ opening: Opening?, by deadline: Milliseconds) {
        // An opening is in one of the two, so that its last state is what remains.
        if intent.record.openings[key] != nil {
            Self.note(key, opening, in: &intent.record)
        } else {
            Self.note(key, opening, in: &facts)
            due = min(due ?? .max, deadline)
        }
    }

    /// What follows once this turn's intent is on the disk.
    mutating func follow(with step: Step) { intent.steps.append(step) }

    /// Notes what a claim has spent.
    mutating func note(_ spending: Spending) { intent.record.spendings.append(spending) }

    /// Notes a generation whose floor has risen for a claim.
    mutating func note(raised generation: GenerationID) { intent.record.raised.insert(generation) }

    /// Notes how a claim has left an opening: if that cannot be recorded it becomes again what it was.
    mutating func note(_ key: OpeningKey, former: OpeningState, left: OpeningState) {
        let first = intent.changes[key]?.former ?? former
        intent.changes[key] = (first, left)
        facts.forget(key)
        Self.note(key, left.opening, in: &intent.record)
    }

    private static func note(_ key: OpeningKey, _ opening: Opening?, in record: inout DoorRecord) {
        if let opening { record.note(opening) } else { record.noteEnd(of: key) }
    }

    /// Floors that rose stay to be recorded, though what rose with them was not.
    mutating func keep(floorsOf generations: Set<GenerationID>, by deadline: Milliseconds) {
        guard !generations.isEmpty else { return }
        facts.raised.formUnion(generations)
        due = min(due ?? .max, deadline)
    }

    // MARK: On its way

    /// Whether `take` has something.
    func hasSome(now: Milliseconds) -> Bool {
        !intent.steps.isEmpty || !intent.record.isEmpty || due.map { $0 <= now } ?? false
    }

    /// Hands out what is to be recorded now, in order; each record has a number, by which its fate is told.
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

    /// The intent of this number, whose fate is known now; nil if nothing waits for it.
    mutating func conclude(_ number: UInt64) -> Intent? { inFlight.removeValue(forKey: number) }

    /// The facts of this number, whose fate is known now; nil if it was an intent's.
    mutating func concludeFacts(_ number: UInt64) -> DoorRecord? { factsInFlight.removeValue(forKey: number) }
}

/// What a claim that was admitted leads to.
enum ClaimAction: Equatable {
    case knock(OpenDoors.KnockOutcome)
    /// At a door without a stop command.
    case once(DoorCommand)
    case close([OpenDoors.CloseOutcome])
}
