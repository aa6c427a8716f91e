package import Keys

/// An event that the daemon logs. Each group defines the text and severity of its events in one place: see
/// `EventFacts`.
package enum Event: Equatable, Sendable {
    /// Effects of sequences.
    case knock(KnockEvent)
    /// Effects of signed knocks.
    case signed(SignedEvent)
    /// Changes of openings.
    case opening(OpeningEvent)
    /// The doors' commands.
    case command(CommandEvent)
    /// The interfaces on which the daemon listens.
    case interface(InterfaceEvent)
    /// The daemon's role processes.
    case role(RoleEvent)
    case key(KeyEvent)
    case ledger(LedgerEvent)
    case daemon(DaemonEvent)
    /// Details for debugging.
    case detail(DetailEvent)

    package var facts: EventFacts {
        switch self {
        case .knock(let event): event.facts
        case .signed(let event): event.facts
        case .opening(let event): event.facts
        case .command(let event): event.facts
        case .interface(let event): event.facts
        case .role(let event): event.facts
        case .key(let event): event.facts
        case .ledger(let event): event.facts
        case .daemon(let event): event.facts
        case .detail(let event): event.facts
        }
    }

    /// A permanent role process.
    package enum Role: String, Sendable {
        case listener
        case verifier
    }

    /// A key with the number of a generation.
    package struct KeyLabel: Equatable, Sendable, CustomStringConvertible {
        package let key: KeyName
        package let generation: Int

        package init(_ key: KeyName, generation: Int) {
            self.key = key
            self.generation = generation
        }

        package var description: String { "\(key) (generation \(generation))" }
    }
}
