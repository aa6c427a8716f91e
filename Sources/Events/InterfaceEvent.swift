/// Events of the interfaces on which the daemon listens.
package enum InterfaceEvent: Equatable, Sendable {
    case listening(String)
    case awaited(String, isThere: Bool)
    case back(String)
    /// An interface that was chosen by its default route has lost that route.
    case left(String)
    /// Whether an interface that the daemon listens on has an address of its own.
    case hasAddress(String, Bool)
    case captureFailed(String, reason: String)
    /// A reloaded configuration names other interfaces.
    case kept(named: String)
    case filterTooLarge

    var facts: EventFacts {
        switch self {
        case .listening(let interface):
            EventFacts("starting up, listening on \(interface)").output("listening on \(interface)...")
        case .awaited(let interface, let isThere):
            EventFacts("interface \(interface) is \(isThere ? "down" : "not there"), waiting for it")
        case .back(let interface): EventFacts("interface \(interface) is back, listening on it")
        case .left(let interface):
            EventFacts(
                "interface \(interface) has no default route any more, not listening on it; -i \(interface) keeps it")
        case .hasAddress(let interface, false):
            EventFacts(
                "interface \(interface) has no address: only doors with a target can be opened there")
        case .hasAddress(let interface, true): EventFacts("interface \(interface) has an address")
        case .captureFailed(let interface, let reason): EventFacts("could not open \(interface): \(reason)", .error)
        case .kept(let named):
            EventFacts("Interface (\(named)) is read at the start only; restart the daemon to change it")
        case .filterTooLarge:
            EventFacts(
                "too many ports or addresses for the kernel's filter, filtering in the daemon", .error)
        }
    }
}
