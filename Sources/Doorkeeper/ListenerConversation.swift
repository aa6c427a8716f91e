import Base
import Doors
import Events
import Knocks
import Messages
import Packets

/// The Supervisor of the Listener.
typealias ListenerSupervisor = Supervisor<ListenerConversation>

/// The protocol with the Listener: it keeps the doors of each list that the Listener may refer to, and the interfaces
/// it was told to capture.
struct ListenerConversation: Conversation {
    typealias Control = ListenerControl
    typealias Report = ListenerReport

    enum Fact: Equatable {
        /// It captures for the doors of this list.
        case isReady(doorList: UInt32)
        /// Outcome of an attempt at a door, as the door was sent to the Listener.
        case attempt(SequenceMatcher.Outcome, at: DoorLists.Entry)
        case captureFailed(interface: String, reason: String)
        case leftOut(Int)
        case filterTooLarge
        case packet(Packet, length: Int)
        case signedCounts(SignedPortCounts)
        case signedPortFlooded(Bool)
    }

    static let role = Event.Role.listener

    private let onlyIPv4: Bool
    private var lists = DoorLists()
    /// Interfaces that the running Listener was told to capture. It may report a failure of one of them late.
    private var captured: Set<String> = []
    /// Whether the running Listener can capture signed knocks. One that started without them cannot begin later.
    private(set) var capturesSignedKnocks = false

    /// - Parameter onlyIPv4: whether IPv6 packets are ignored.
    init(onlyIPv4: Bool) { self.onlyIPv4 = onlyIPv4 }

    static func report(_ message: [UInt8]) -> ListenerReport? { ListenerReport(message) }

    // MARK: Controls

    /// Adds a list of the doors, and returns its controls: all addresses, all doors, and the end of the list.
    mutating func list(
        _ doors: [Door], addresses: [IPAddress], signedPort: UInt16?, reporting: ListenerControl.Reporting
    ) -> [ListenerControl] {
        let listed = lists.add(doors)
        return [.report(reporting), .signedPort(signedPort)] + addresses.map { .localAddress($0) }
            + listed.map { .door($0) } + [.apply(doorList: lists.newest)]
    }

    mutating func begin(_ controls: [ListenerControl]) {
        lists.forgetPast()
        captured = []
        capturesSignedKnocks = false
        for control in controls {
            switch control {
            case .capture(let interface, _, _): captured.insert(interface)
            case .signedPort(let port): capturesSignedKnocks = port != nil
            case .release, .report, .ping, .localAddress, .door, .apply: break
            }
        }
    }

    /// Does nothing: `list` has numbered the lists, and captures are ordered at the start only.
    mutating func give(_ controls: [ListenerControl]) {}

    // MARK: Reports

    func meaning(of report: ListenerReport, now: Milliseconds, mayBeLoopback: Bool) -> Meaning<Fact> {
        switch report {
        case .ready(let doorList): return lists.isKnown(doorList) ? .fact(.isReady(doorList: doorList)) : .untrue
        case .outcome(let outcome, let doorList):
            guard let entry = entry(of: outcome, doorList, mayBeLoopback) else { return .untrue }
            return .fact(.attempt(outcome, at: entry))
        case .captureFailed(let interface, let reason):
            guard captured.contains(interface) else { return .untrue }
            return .fact(.captureFailed(interface: interface, reason: reason))
        case .leftOut(let count): return .fact(.leftOut(Int(count)))
        case .filterTooLarge: return .fact(.filterTooLarge)
        case .packet(let packet, let length): return .fact(.packet(packet, length: length))
        case .signedCounts(let counts): return .fact(.signedCounts(counts))
        case .signedPortFlooded(let isFlooded): return .fact(.signedPortFlooded(isFlooded))
        case .pong: return .answer
        case .jail(let report): return .jail(report)
        case .failure(let reason): return .failure(reason)
        }
    }

    /// Returns the door of an outcome; nil if it cannot be true. The Listener must know the list, the source must be a
    /// possible peer, and the sequence must have that stage.
    private func entry(
        of outcome: SequenceMatcher.Outcome, _ doorList: UInt32, _ mayBeLoopback: Bool
    ) -> DoorLists.Entry? {
        guard let entry = lists.entry(outcome.door, doorList: doorList), outcome.source.isIPv4 || !onlyIPv4,
            outcome.source.canBePeer(onLoopback: mayBeLoopback),
            outcome.stage.map({ (1..<entry.sequence.sequence.count).contains($0) }) ?? true
        else { return nil }
        return entry
    }

    mutating func note(_ fact: Fact, now: Milliseconds) {
        // The Listener no longer refers to earlier lists.
        if case .isReady(let doorList) = fact { _ = lists.isInUse(doorList) }
    }
}
