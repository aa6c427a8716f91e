import Base
import Doors
import Events
import Knocks
import Messages
import Packets

/// The Supervisor of the Listener.
typealias ListenerSupervisor = Supervisor<ListenerConversation>

/// What is said between the Doorkeeper and the Listener: it knows the doors of each list that it may still speak of, and the
/// interfaces that it was told to capture.
struct ListenerConversation: Conversation {
    typealias Control = ListenerControl
    typealias Report = ListenerReport

    enum Fact: Equatable {
        /// It captures, with the doors of this list.
        case isReady(doorList: UInt32)
        /// What came of an attempt at a door, as the door was when the Listener was told.
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
    /// What the one that runs was told to capture: what it says of that may be late.
    private var captured: Set<String> = []
    /// Whether the one that runs can capture signed knocks: one that has begun without cannot begin.
    private(set) var capturesSignedKnocks = false

    /// - Parameter onlyIPv4: whether no other packets are captured.
    init(onlyIPv4: Bool) { self.onlyIPv4 = onlyIPv4 }

    static func report(_ message: [UInt8]) -> ListenerReport? { ListenerReport(message) }

    // MARK: What it is given

    /// Makes a list of the doors, and says what the Listener is to be told: all addresses, all doors, and that this was all.
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

    /// Its lists are numbered by `list`; what it captures it is told at its start alone.
    mutating func give(_ controls: [ListenerControl]) {}

    // MARK: What it can say

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

    /// The door of an outcome that can be true: it is of a list that the Listener may speak of, the source is one that can be
    /// captured, and the sequence has such a stage.
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
        // It will not speak of earlier lists.
        if case .isReady(let doorList) = fact { _ = lists.isInUse(doorList) }
    }
}
