import Base
import Events
import Linux
import Packets

/// Follows the host's interfaces: which exist and are captured (`CaptureInterfaces`), when to read them again, and when
/// to retry failed captures.
///
/// Like `CaptureInterfaces` it only decides.
struct InterfaceKeeper {
    /// Consequence of a failed capture.
    enum Failure: Equatable {
        /// The interface is gone. Another line about that follows.
        case gone
        /// The capture is retried.
        case triedAgain(told: Event?)
        /// The daemon has not finished its start, and cannot listen as ordered.
        case fatal(told: Event?)

        /// The event to log, if any.
        var event: Event? {
            switch self {
            case .gone: nil
            case .triedAgain(let event), .fatal(let event): event
            }
        }
    }

    /// Pause before the interfaces are read again, if reading failed.
    private static let askPause: Milliseconds = 1_000

    private var interfaces: CaptureInterfaces
    /// When to read the interfaces next.
    private var lookAt: Milliseconds? = 0
    /// When to retry failed captures.
    private var retryAt: Milliseconds?

    /// - Parameter named: interfaces from the command line or the configuration. If it is empty, the daemon follows the
    ///   default routes as they come and go.
    init(named: [String]) { interfaces = CaptureInterfaces(named: named) }

    // MARK: State

    var isImplicit: Bool { interfaces.isImplicit }
    var wanted: [String] { interfaces.wanted }
    var others: Set<String> { interfaces.others }
    var up: [NetworkInterface] { interfaces.up }
    var addresses: [IPAddress] { interfaces.addresses }
    var listening: [String] { interfaces.listening }
    var mayBeLoopback: Bool { interfaces.mayBeLoopback }

    // MARK: Timing

    /// When to call `isLookDue` next.
    var nextDeadline: Milliseconds? { [lookAt, retryAt].compactMap { $0 }.min() }

    /// Notes that the kernel reports a change. Reading waits a moment, since changes usually come in bursts.
    mutating func mayHaveChanged(now: Milliseconds) {
        lookAt = min(lookAt ?? .max, now + DoorkeeperLimits.interfacesSettle)
    }

    /// Whether to read the interfaces now.
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

    /// Notes that the interfaces could not be read.
    mutating func askAgain(now: Milliseconds) { lookAt = now + Self.askPause }

    /// Updates the state from the host's interfaces: see `CaptureInterfaces.update`.
    mutating func update(
        _ all: [NetworkInterface], defaultRoutes: [String], others: Set<String>
    ) -> [CaptureInterfaces.Step] {
        interfaces.update(all, defaultRoutes: defaultRoutes, others: others)
    }

    // MARK: Listener

    /// Notes that a Listener starts with all interfaces that are up.
    mutating func listenerStarted() { interfaces.listenerStarted() }

    /// Notes that the Listener has ended: the next one captures anew.
    mutating func listenerEnded() { interfaces.listenerEnded() }

    /// Notes that the Listener has applied its controls, and returns the events to log.
    mutating func listenerReady() -> [Event] { interfaces.listenerReady() }

    /// Returns the consequence of a failed capture.
    ///
    /// - Parameters:
    ///   - isThere: whether the interface is up all the same.
    ///   - isReady: whether the daemon has finished its start.
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
