import Base
import Events
import Ledger
import Linux
import Messages

/// The Doorkeeper's part for interfaces: it reads them when `InterfaceKeeper` says so, and performs the steps.
extension Doorkeeper {
    /// Notes that the kernel reports a change.
    func interfacesMayHaveChanged(_ now: Milliseconds) { interfaces.mayHaveChanged(now: now) }

    /// Reads the interfaces, if that is due.
    func advanceInterfaces(_ now: Milliseconds) {
        guard interfaces.isLookDue(now: now) else { return }
        let all = NetworkInterface.all()
        // The list always contains `any`. An empty one means that reading failed, for want of memory or descriptors.
        guard !all.isEmpty else { return interfaces.askAgain(now: now) }
        let others = interfaces.isImplicit ? Capabilities.use { ledger.interfacesOfOthers() } : []
        let steps = interfaces.update(all, defaultRoutes: DefaultRoute.interfaces(), others: others)
        // Publish the interfaces before another daemon reads them.
        Capabilities.use { ledger.listens(at: interfaces.wanted) }
        for step in steps {
            switch step {
            case .tell(let event): journal.tell(event)
            // A Listener that has ended restarts at its own time.
            case .startListener: if listener.health.startAt == nil { startListener(now) }
            case .release(let name): listener.send([.release(interface: name)])
            case .tellAddresses: listener.send(newControls())
            }
        }
        // Waiting for an interface is a complete start too.
        if interfaces.up.isEmpty { becomeReady() }
    }

    /// Handles the report that the Listener cannot capture on an interface, or no longer can.
    func captureFailed(_ name: String, _ reason: String, now: Milliseconds) {
        let isThere = NetworkInterface.named(name)?.isUp ?? false
        let failure = interfaces.captureFailed(
            name, reason: reason, isThere: isThere, isReady: service.isReady, now: now)
        if let event = failure.event { journal.tell(event) }
        if case .fatal = failure { leave(status: 1, now: now) }
    }

    /// Handles the report that the Listener captures and is jailed.
    func listenerIsReady() {
        for event in interfaces.listenerReady() { journal.tell(event) }
        if journal.forget(.end(.listener)) {
            journal.tell(.interface(.listening(interfaces.listening.joined(separator: ", "))))
        }
        // A daemon that is ending does not become ready.
        if leaving == nil { becomeReady() }
    }
}
