import Base
import Events
import Ledger
import Linux
import Messages

/// The Doorkeeper's care for the interfaces: it looks at them when `InterfaceKeeper` says so, and does what follows.
extension Doorkeeper {
    /// The kernel says that something has changed.
    func interfacesMayHaveChanged(_ now: Milliseconds) { interfaces.mayHaveChanged(now: now) }

    /// Looks at them if it is time.
    func advanceInterfaces(_ now: Milliseconds) {
        guard interfaces.isLookDue(now: now) else { return }
        let all = NetworkInterface.all()
        // There is always `any`: without it the question has failed, for want of memory or descriptors.
        guard !all.isEmpty else { return interfaces.askAgain(now: now) }
        let others = interfaces.isImplicit ? Capabilities.use { ledger.interfacesOfOthers() } : []
        let steps = interfaces.update(all, defaultRoutes: DefaultRoute.interfaces(), others: others)
        // Before another daemon looks.
        Capabilities.use { ledger.listens(at: interfaces.wanted) }
        for step in steps {
            switch step {
            case .tell(let event): journal.tell(event)
            // One that has ended is started again in its own time.
            case .startListener: if listener.health.startAt == nil { startListener(now) }
            case .release(let name): listener.send([.release(interface: name)])
            case .tellAddresses: listener.send(newControls())
            }
        }
        // Awaiting an interface is as good as listening.
        if interfaces.up.isEmpty { becomeReady() }
    }

    /// The Listener cannot capture at an interface, or not any more.
    func captureFailed(_ name: String, _ reason: String, now: Milliseconds) {
        let isThere = NetworkInterface.named(name)?.isUp ?? false
        let failure = interfaces.captureFailed(
            name, reason: reason, isThere: isThere, isReady: service.isReady, now: now)
        if let event = failure.event { journal.tell(event) }
        if case .fatal = failure { leave(status: 1, now: now) }
    }

    /// The Listener captures and is jailed.
    func listenerIsReady() {
        for event in interfaces.listenerReady() { journal.tell(event) }
        if journal.forget(.end(.listener)) {
            journal.tell(.interface(.listening(interfaces.listening.joined(separator: ", "))))
        }
        // While it leaves, it was not.
        if leaving == nil { becomeReady() }
    }
}
