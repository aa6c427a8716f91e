import Base
import Events
import Linux
import Packets

/// Which interfaces are to be listened on, which of them are there, and what follows when that changes.
///
/// It only decides: the Doorkeeper tells it what the kernel and the Listener say, and takes the steps.
struct CaptureInterfaces {
    /// What is to be done.
    enum Step: Equatable {
        case tell(Event)
        /// An interface is up that the Listener has no capture of: it takes a new one to open it.
        case startListener
        /// What the Listener captures there does not count any more.
        case release(String)
        case tellAddresses
    }

    /// What the log was last told of an interface.
    private enum Told {
        case waiting
        case listening
    }

    /// Where to listen when nobody says, and there is no default route to say it: as knockd.
    static let lastResort = "eth0"

    /// Whether nobody has named any: then each that has a default route is listened on.
    let isImplicit: Bool
    /// Where other daemons on this configuration listened when this was last updated: none of them is taken because a
    /// route leads there, or both would open for one knock.
    private(set) var others: Set<String> = []
    /// The names, in the order given.
    private(set) var wanted: [String]
    /// Those of them that are there, up or not.
    private(set) var present: [NetworkInterface] = []
    /// What the Listener captures: the interface's number under its name.
    private var captured: [String: UInt32] = [:]
    /// What it was ever told to capture: what it says of that may be late.
    private var ordered: Set<String> = []
    /// What it could not capture, likewise.
    private var failed: [String: UInt32] = [:]
    /// Why, as it was last told.
    private var reasons: [String: OnceUntilChanged<String>] = [:]
    private var told: [String: Told] = [:]
    /// Those of which the log was told that they have no address.
    private var toldWithoutAddress: Set<String> = []
    private var hasListened: Set<String> = []
    private var retryPause = DoorkeeperLimits.firstCapturePause

    /// - Parameter named: none is each interface that has a default route, as they come and go.
    init(named: [String]) {
        isImplicit = named.isEmpty
        var seen: Set<String> = []
        wanted = named.filter { seen.insert($0).inserted }
    }

    /// Those that can be captured now.
    var up: [NetworkInterface] { present.filter(\.isUp) }

    /// The destinations that count at doors without a target.
    var addresses: [IPAddress] { present.flatMap(\.addresses).compactMap { IPAddress(bytes: $0) } }

    /// Whether a packet can come from this host itself.
    var mayBeLoopback: Bool { present.contains { $0.isLoopback || $0.name == NetworkInterface.any } }

    /// Takes note of the host's interfaces as they are.
    ///
    /// - Parameters:
    ///   - defaultRoutes: the interfaces that have one, which count where none was named. While there is no such route, the
    ///     last ones stay.
    ///   - others: where other daemons on this configuration listen; such an interface is not taken for its route.
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
        // Of one that is gone altogether it is said that it has no route either; nobody waits for it.
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

    /// What is to be told of one interface now.
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

    /// An interface can be up and have no address yet, or only the one that IPv6 makes for each link, which nobody beyond
    /// that link can knock at. Told once, and again when it has one.
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

    /// A Listener is started for all that are up.
    mutating func listenerStarted() {
        captured = Dictionary(up.map { ($0.name, $0.index) }) { first, _ in first }
        ordered = Set(captured.keys)
        failed = [:]
    }

    /// The Listener has ended; the next one will capture anew.
    mutating func listenerEnded() {
        captured = [:]
    }

    /// The Listener cannot capture this interface, or not any more.
    ///
    /// - Parameter isThere: whether the interface is up all the same; otherwise a line about that will follow.
    /// - Returns: whether that is news worth a line; nil if the interface never was to be captured.
    mutating func captureFailed(_ name: String, reason: String, isThere: Bool) -> Bool? {
        guard let index = captured.removeValue(forKey: name) else { return ordered.contains(name) ? false : nil }
        failed[name] = index
        guard isThere else { return false }
        told[name] = .waiting
        return reasons[name, default: OnceUntilChanged()].isNews(reason)
    }

    /// The names of those that the Listener captures.
    var listening: [String] { wanted.filter { captured[$0] != nil } }

    /// How long to wait until what failed is tried again: twice as long each time, until all goes well.
    mutating func takeRetryPause() -> Milliseconds {
        let longest =
            listening.isEmpty
            ? DoorkeeperLimits.longestCapturePause : DoorkeeperLimits.longestCapturePauseWhileListening
        defer { retryPause = min(retryPause * 2, longest) }
        return min(retryPause, longest)
    }

    /// What failed shall be tried again.
    mutating func retry() {
        failed = [:]
    }

    /// The Listener captures, or goes by other addresses now; returns what is to be told of it. It keeps the captures of
    /// interfaces that are down, so that those are not back.
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
    /// Whether it has an address that others than its neighbours can send to; fe80::/10 is for those.
    fileprivate var isReachable: Bool {
        addresses.contains { !($0.count == 16 && $0[0] == 0xFE && $0[1] & 0xC0 == 0x80) }
    }
}
