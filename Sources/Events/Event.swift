package import Keys

/// Every fact that the daemon tells. Each group says of each of its events all that there is to say, in one place: see
/// `EventFacts`.
package enum Event: Equatable, Sendable {
    /// What knocks bring about.
    case knock(KnockEvent)
    /// What signed knocks bring about.
    case signed(SignedEvent)
    /// What becomes of an opening.
    case opening(OpeningEvent)
    /// What is run.
    case command(CommandEvent)
    /// Where the daemon listens.
    case interface(InterfaceEvent)
    /// The processes that it consists of.
    case role(RoleEvent)
    case key(KeyEvent)
    case ledger(LedgerEvent)
    case daemon(DaemonEvent)
    /// For whoever looks for a fault.
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

    /// A process of the daemon's that always runs.
    package enum Role: String, Sendable {
        case listener
        case verifier
    }

    /// Which generation of which key.
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
