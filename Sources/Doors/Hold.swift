package import Base
package import Keys

/// One generation's part of an opening (docs/PROTOCOL.md, "Close"). Each generation of a key has a hold of its own, so that
/// revoking one of them ends what it was granted, and nothing else.
package struct Hold: Equatable, Sendable {
    package let holder: Holder
    /// The generation of the key; nil for a sequence.
    package let generation: GenerationID?
    /// How long it lasts from the end of the start command, or from a knock that extends it.
    package var openFor: Milliseconds
    /// When it ends, on the since-boot clock; zero if it was ended before.
    package var deadline: Milliseconds
    /// Its time begins when the start command has ended: then it ends no earlier than its deadline says now.
    package var awaitsStart: Bool

    package init(
        holder: Holder, generation: GenerationID?, openFor: Milliseconds, deadline: Milliseconds,
        awaitsStart: Bool = false
    ) {
        self.holder = holder
        self.generation = generation
        self.openFor = openFor
        self.deadline = deadline
        self.awaitsStart = awaitsStart
    }

    /// It counts no more, though its opening is not closed yet.
    var isEnded: Bool { !awaitsStart && deadline == 0 }

    /// Whether it holds an opening at this time, or will when the start command has ended.
    func lasts(at now: Milliseconds) -> Bool { awaitsStart || deadline > now }

    /// Whether both belong to one generation of one key, or to the sequence.
    func isOfSameOwner(as other: Hold) -> Bool { holder == other.holder && generation == other.generation }

    /// Ends it, for an opening that cannot be closed yet.
    mutating func end() {
        awaitsStart = false
        deadline = 0
    }

    /// The start command has ended now.
    mutating func begin(at now: Milliseconds) {
        guard awaitsStart else { return }
        awaitsStart = false
        deadline = max(deadline, now + openFor)
    }

    /// The start command is about to be run now, later than was thought.
    mutating func restart(at now: Milliseconds) {
        if awaitsStart { deadline = max(deadline, now + openFor) }
    }

    /// A later knock of the same owner never shortens it.
    mutating func extend(by later: Hold) {
        if later.awaitsStart {
            openFor = awaitsStart ? max(openFor, later.openFor) : later.openFor
            awaitsStart = true
        } else if later.deadline >= deadline {
            openFor = later.openFor
        }
        deadline = max(deadline, later.deadline)
    }
}
