package import Base
package import Keys

/// One generation's hold on an opening (docs/PROTOCOL.md, "Close"). Each generation of a key has its own, so that
/// revoking a generation ends only what it was granted.
package struct Hold: Equatable, Sendable {
    package let holder: Holder
    /// The generation of the key; nil for a sequence.
    package let generation: GenerationID?
    /// Its time, from the end of the start command or from a knock that extends it.
    package var openFor: Milliseconds
    /// Its end on the since-boot clock; zero if it was ended early.
    package var deadline: Milliseconds
    /// Whether its time begins at the end of the start command. It then ends no earlier than `deadline`.
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

    /// Whether it was ended, though its opening is not closed yet.
    var isEnded: Bool { !awaitsStart && deadline == 0 }

    /// Whether it keeps an opening open at this time, or will once the start command has ended.
    func lasts(at now: Milliseconds) -> Bool { awaitsStart || deadline > now }

    /// Whether both belong to the same generation of a key, or to the sequence.
    func isOfSameOwner(as other: Hold) -> Bool { holder == other.holder && generation == other.generation }

    /// Ends it while its opening cannot be closed yet.
    mutating func end() {
        awaitsStart = false
        deadline = 0
    }

    /// Begins its time, at the end of the start command.
    mutating func begin(at now: Milliseconds) {
        guard awaitsStart else { return }
        awaitsStart = false
        deadline = max(deadline, now + openFor)
    }

    /// Moves its end when the start command runs later than expected.
    mutating func restart(at now: Milliseconds) {
        if awaitsStart { deadline = max(deadline, now + openFor) }
    }

    /// Merges a later hold of the same owner. It never shortens this one.
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
