package import Keys
package import Linux

/// Who keeps a door open for an address.
package enum Holder: Hashable, Sendable {
    /// The classic knock, whoever gave it.
    case sequence
    case key(KeyName)
}

/// One holder's part of an opening (docs/PROTOCOL.md, "Close").
package struct Hold: Equatable, Sendable {
    package let holder: Holder
    /// The generation of the key that made it or made it longer last; nil for a sequence.
    package var generation: GenerationID?
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

    /// A later knock of its holder never shortens it.
    mutating func extend(by later: Hold) {
        if awaitsStart == later.awaitsStart {
            let isLonger = later.awaitsStart ? later.openFor >= openFor : later.deadline >= deadline
            guard isLonger else { return }
        }
        generation = later.generation
        openFor = later.openFor
        deadline = max(deadline, later.deadline)
        awaitsStart = later.awaitsStart
    }
}
