import Base
import Events
import Ledger
import Linux
import Messages

/// The Doorkeeper's care for the interfaces: which are there, and which the Listener captures.
extension Doorkeeper {
    /// When the kernel does not say what interfaces there are, it is asked again after so long.
    private static let askAgain: Milliseconds = 1_000

    /// The kernel says that something has changed.
    func interfacesMayHaveChanged(_ now: Milliseconds) {
        lookAtInterfacesAt = min(lookAtInterfacesAt ?? .max, now + DoorkeeperLimits.interfacesSettle)
    }

    /// Looks at them if it is time.
    func advanceInterfaces(_ now: Milliseconds) {
        if let moment = retryCaptureAt, moment <= now {
            retryCaptureAt = nil
            interfaces.retry()
            lookAtInterfacesAt = now
        }
        guard let moment = lookAtInterfacesAt, moment <= now else { return }
        lookAtInterfacesAt = nil
        let all = NetworkInterface.all()
        // There is always `any`: without it the question has failed, for want of memory or descriptors.
        guard !all.isEmpty else { return lookAtInterfacesAt = now + Self.askAgain }
        let others = interfaces.isImplicit ? Capabilities.use { ledger.interfacesOfOthers() } : []
        let steps = interfaces.update(all, defaultRoutes: DefaultRoute.interfaces(), others: others)
        // Before another daemon looks.
        Capabilities.use { ledger.listens(at: interfaces.wanted) }
        for step in steps {
            switch step {
            case .tell(let event): journal.tell(event)
            // One that has ended is started again in its own time.
            case .startListener: if listener.startAt == nil { startListener(now) }
            case .release(let name): listener.send([.release(interface: name)])
            case .tellAddresses: listener.send(newControls())
            }
        }
        // Awaiting an interface is as good as listening.
        if interfaces.up.isEmpty { becomeReady() }
    }

    /// The Listener cannot capture at an interface, or not any more; false if it never was to.
    func captureFailed(_ name: String, _ reason: String, now: Milliseconds) -> Bool {
        let isThere = NetworkInterface.named(name)?.isUp ?? false
        guard let isNews = interfaces.captureFailed(name, reason: reason, isThere: isThere) else { return false }
        interfacesMayHaveChanged(now)
        if !isThere { return true }
        if isNews { journal.tell(.interface(.captureFailed(name, reason: reason))) }
        if !isReady {
            leave(status: 1, now: now)
        } else {
            retryCaptureAt = now + interfaces.takeRetryPause()
        }
        return true
    }

    /// The Listener captures and is jailed.
    func listenerIsReady() {
        for event in interfaces.listenerReady() { journal.tell(event) }
        if toldEnd != nil { journal.tell(.interface(.listening(interfaces.listening.joined(separator: ", ")))) }
        toldEnd = nil
        // While it leaves, it was not.
        if leaving == nil { becomeReady() }
    }
}
