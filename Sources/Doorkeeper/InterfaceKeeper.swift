import Base
import Events
import Linux
import Packets

/// The host's interfaces as the daemon follows them: what is there and captured (`CaptureInterfaces`), when to look again, and
/// when to try again what could not be captured.
///
/// Like `CaptureInterfaces` it only decides.
struct InterfaceKeeper {
    /// What follows when an interface could not be captured.
    enum Failure: Equatable {
        /// It is gone; a line about that will follow.
        case gone
        /// It is tried again.
        case triedAgain(told: Event?)
        /// The daemon has just started, and cannot do what it was asked to.
        case fatal(told: Event?)

        /// What is to be told of it.
        var event: Event? {
            switch self {
            case .gone: nil
            case .triedAgain(let event), .fatal(let event): event
            }
        }
    }

    /// When the kernel does not say what interfaces there are, it is asked again after so long.
    private static let askPause: Milliseconds = 1_000

    private var interfaces: CaptureInterfaces
    /// When to look at them.
    private var lookAt: Milliseconds? = 0
    /// When to try again what could not be captured.
    private var retryAt: Milliseconds?

    /// - Parameter named: none is each interface that has a default route, as they come and go.
    init(named: [String]) { interfaces = CaptureInterfaces(named: named) }

    // MARK: What there is

    var isImplicit: Bool { interfaces.isImplicit }
    var wanted: [String] { interfaces.wanted }
    var others: Set<String> { interfaces.others }
    var up: [NetworkInterface] { interfaces.up }
    var addresses: [IPAddress] { interfaces.addresses }
    var listening: [String] { interfaces.listening }
    var mayBeLoopback: Bool { interfaces.mayBeLoopback }

    // MARK: When to look

    /// When to call `isLookDue` next.
    var nextDeadline: Milliseconds? { [lookAt, retryAt].compactMap { $0 }.min() }

    /// The kernel says that something has changed. More such words follow, as a rule: they are left to settle.
    mutating func mayHaveChanged(now: Milliseconds) {
        lookAt = min(lookAt ?? .max, now + DoorkeeperLimits.interfacesSettle)
    }

    /// Whether to look at the interfaces now.
    mutating func isLookDue(now: Milliseconds) -> Bool {
        if let moment = retryAt, moment <= now {
            retryAt = nil
            interfaces.retry()
            lookAt = now
        }
        guard let moment = lookAt, moment <= now else { return false }
        lookAt = nil
        return true
    }

    /// The kernel did not say what interfaces there are.
    mutating func askAgain(now: Milliseconds) { lookAt = now + Self.askPause }

    /// Takes note of the host's interfaces as they are: see `CaptureInterfaces.update`.
    mutating func update(
        _ all: [NetworkInterface], defaultRoutes: [String], others: Set<String>
    ) -> [CaptureInterfaces.Step] {
        interfaces.update(all, defaultRoutes: defaultRoutes, others: others)
    }

    // MARK: What the Listener does

    /// A Listener is started for all that are up.
    mutating func listenerStarted() { interfaces.listenerStarted() }

    /// The Listener has ended; the next one will capture anew.
    mutating func listenerEnded() { interfaces.listenerEnded() }

    /// The Listener captures, or goes by other addresses now; returns what is to be told of it.
    mutating func listenerReady() -> [Event] { interfaces.listenerReady() }

    /// The Listener cannot capture an interface that it was told to, or not any more.
    ///
    /// - Parameters:
    ///   - isThere: whether the interface is up all the same.
    ///   - isReady: whether the daemon has started already.
    mutating func captureFailed(
        _ name: String, reason: String, isThere: Bool, isReady: Bool, now: Milliseconds
    ) -> Failure {
        let isNews = interfaces.captureFailed(name, reason: reason, isThere: isThere) ?? false
        mayHaveChanged(now: now)
        guard isThere else { return .gone }
        let event: Event? = isNews ? .interface(.captureFailed(name, reason: reason)) : nil
        guard isReady else { return .fatal(told: event) }
        retryAt = now + interfaces.takeRetryPause()
        return .triedAgain(told: event)
    }
}
