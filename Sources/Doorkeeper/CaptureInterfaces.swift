import Base
import Events
import Linux
import Packets

/// Decides which interfaces to capture on, and which steps a change of the interfaces needs.
///
/// It only decides: the Doorkeeper reports to it what the kernel and the Listener say, and performs the steps.
struct CaptureInterfaces {
    /// A step for the Doorkeeper.
    enum Step: Equatable {
        case tell(Event)
        /// An interface is up without a capture: only a new Listener can open one.
        case startListener
        /// The Listener is to close its capture on this interface.
        case release(String)
        case tellAddresses
    }

    /// Last state of an interface that was logged.
    private enum Told {
        case waiting
        case listening
    }

    /// Interface to listen on if none is named and there is no default route, as in knockd.
    static let lastResort = "eth0"

    /// Whether no interface is named: the daemon then listens on every interface with a default route.
    let isImplicit: Bool
    /// Interfaces on which other daemons with this configuration listened at the last update. None of them is chosen
    /// for its default route: two daemons would open for one knock.
    private(set) var others: Set<String> = []
    /// Names of the interfaces to listen on, in the order given.
    private(set) var wanted: [String]
    /// The wanted interfaces that exist, up or down.
    private(set) var present: [NetworkInterface] = []
    /// Interfaces on which the Listener captures, by name, with the kernel's index.
    private var captured: [String: UInt32] = [:]
    /// Interfaces with which the running Listener was started. It may report a failure of one of them late.
    private var ordered: Set<String> = []
    /// Interfaces on which the capture failed, by name, with the kernel's index.
    private var failed: [String: UInt32] = [:]
    /// Last failure of each interface: the same one is not logged again.
    private var reasons: [String: OnceUntilChanged<String>] = [:]
    private var told: [String: Told] = [:]
    /// Interfaces that were logged as having no address.
    private var toldWithoutAddress: Set<String> = []
    private var hasListened: Set<String> = []
    private var retryPause = DoorkeeperLimits.firstCapturePause

    /// - Parameter named: interfaces from the command line or the configuration. If it is empty, the daemon follows the
    ///   default routes as they come and go.
    init(named: [String]) {
        isImplicit = named.isEmpty
        var seen: Set<String> = []
        wanted = named.filter { seen.insert($0).inserted }
    }

    /// The wanted interfaces that are up.
    var up: [NetworkInterface] { present.filter(\.isUp) }

    /// Addresses of this host, which are valid destinations at doors without a target.
    var addresses: [IPAddress] { present.flatMap(\.addresses).compactMap { IPAddress(bytes: $0) } }

    /// Whether packets can come from this host itself.
    var mayBeLoopback: Bool { present.contains { $0.isLoopback || $0.name == NetworkInterface.any } }

    /// Updates the state from the host's interfaces, and returns the steps that follow.
    ///
    /// - Parameters:
    ///   - defaultRoutes: interfaces with a default route, which are used if none is named. While there is no default
    ///     route, the last ones stay.
    ///   - others: interfaces on which other daemons with this configuration listen. None of them is chosen for its
    ///     default route.
    mutating func update(
        _ all: [NetworkInterface], defaultRoutes: [String], others: Set<String> = []
    ) -> [Step] {
        let (known, former) = (addresses, wanted)
        self.others = others
        let isTakenByAll = others.contains(NetworkInterface.any)
        let defaultRoutes = isTakenByAll ? [] : defaultRoutes.filter { !others.contains($0) }
        if isImplicit, !defaultRoutes.isEmpty || wanted.isEmpty {
            wanted = defaultRoutes.isEmpty ? [Self.lastResort] : defaultRoutes
        }
        present = wanted.compactMap { name in all.first { $0.name == name } }
        let indices = Dictionary(present.map { ($0.name, $0.index) }) { first, _ in first }
        var steps: [Step] = []
        for name in captured.keys.sorted() where indices[name] != captured[name] {
            captured[name] = nil
            steps.append(.release(name))
        }
        // Also logged for an interface that has disappeared: the daemon chose it by its route, and does not wait for
        // it.
        steps += former.filter { told[$0] == .listening && !wanted.contains($0) }.map { .tell(.interface(.left($0))) }
        failed = failed.filter { indices[$0.key] == $0.value }
        told = told.filter { wanted.contains($0.key) }
        steps += wanted.compactMap { step(for: $0) }
        steps += tellOfAddresses()
        if up.contains(where: { captured[$0.name] == nil && failed[$0.name] == nil }) {
            steps.append(.startListener)
        } else if addresses != known {
            steps.append(.tellAddresses)
        }
        return steps
    }

    /// Returns the step that logs a change of one interface; nil if there is no change.
    private mutating func step(for name: String) -> Step? {
        let interface = present.first { $0.name == name }
        if let interface, interface.isUp {
            guard captured[name] != nil, told[name] == .waiting else { return nil }
            told[name] = .listening
            return .tell(.interface(.back(name)))
        }
        if told[name] == .waiting { return nil }
        told[name] = .waiting
        return .tell(.interface(.awaited(name, isThere: interface != nil)))
    }

    /// Logs interfaces that are up without an address beyond the link, once, and again when they have one. Only
    /// neighbours can knock at a link-local IPv6 address.
    private mutating func tellOfAddresses() -> [Step] {
        let without = Set(up.filter { $0.name != NetworkInterface.any && !$0.isReachable }.map(\.name))
        defer {
            toldWithoutAddress = without.union(toldWithoutAddress.intersection(wanted).subtracting(up.map(\.name)))
        }
        return up.map(\.name).compactMap { name in
            if without.contains(name) {
                return toldWithoutAddress.contains(name) ? nil : .tell(.interface(.hasAddress(name, false)))
            }
            return toldWithoutAddress.contains(name) ? .tell(.interface(.hasAddress(name, true))) : nil
        }
    }

    /// Notes that a Listener starts with all interfaces that are up.
    mutating func listenerStarted() {
        captured = Dictionary(up.map { ($0.name, $0.index) }) { first, _ in first }
        ordered = Set(captured.keys)
        failed = [:]
    }

    /// Notes that the Listener has ended: the next one captures anew.
    mutating func listenerEnded() {
        captured = [:]
    }

    /// Notes that the Listener cannot capture on an interface, or no longer can.
    ///
    /// - Parameter isThere: whether the interface is up all the same. If it is not, another line about it follows.
    /// - Returns: whether to log the failure; nil if the Listener was never to capture on this interface.
    mutating func captureFailed(_ name: String, reason: String, isThere: Bool) -> Bool? {
        guard let index = captured.removeValue(forKey: name) else { return ordered.contains(name) ? false : nil }
        failed[name] = index
        guard isThere else { return false }
        told[name] = .waiting
        return reasons[name, default: OnceUntilChanged()].isNews(reason)
    }

    /// Names of the interfaces on which the Listener captures.
    var listening: [String] { wanted.filter { captured[$0] != nil } }

    /// Returns the pause before the next try of failed captures. The pause doubles each time, up to a limit, until
    /// every capture works.
    mutating func takeRetryPause() -> Milliseconds {
        let longest =
            listening.isEmpty
            ? DoorkeeperLimits.longestCapturePause : DoorkeeperLimits.longestCapturePauseWhileListening
        defer { retryPause = min(retryPause * 2, longest) }
        return min(retryPause, longest)
    }

    /// Allows failed captures to be tried again.
    mutating func retry() {
        failed = [:]
    }

    /// Notes that the Listener has applied its controls, and returns the events to log. The Listener keeps its captures
    /// of interfaces that are down, so those are not logged as back.
    mutating func listenerReady() -> [Event] {
        if failed.isEmpty { retryPause = DoorkeeperLimits.firstCapturePause }
        let names = Set(up.map(\.name))
        let news = wanted.filter { captured[$0] != nil && told[$0] != .listening && names.contains($0) }
        for name in news {
            told[name] = .listening
            reasons[name] = nil
        }
        let new = news.filter { hasListened.insert($0).inserted }
        let first: [Event] = new.isEmpty ? [] : [.interface(.listening(new.joined(separator: ", ")))]
        return first + news.filter { !new.contains($0) }.map { .interface(.back($0)) }
    }
}

extension NetworkInterface {
    /// Whether a host beyond the link can reach it. Addresses in fe80::/10 are link-local.
    fileprivate var isReachable: Bool {
        addresses.contains { !($0.count == 16 && $0[0] == 0xFE && $0[1] & 0xC0 == 0x80) }
    }
}
