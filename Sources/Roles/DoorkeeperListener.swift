import Configuration
import Doors
import Events
import Knocks
import Linux
import Packets

/// The Doorkeeper's dealings with the Listener: what it is told, and what of its reports is believed.
extension Doorkeeper {
    /// Reports taken in one go, so that deadlines and signals get their turn.
    private static let reportsATurn = 256

    private var interface: String { settings.interface ?? configuration.options.interface ?? "eth0" }

    /// All that the Listener must know, as it is now; where to capture it is told once.
    var orders: [ListenerOrder] {
        let addresses = NetworkInterface.named(interface)?.addresses ?? []
        return addresses.compactMap { IPAddress(bytes: $0) }.map { .localAddress($0) }
            + configuration.doors.map { .door($0.sequence) } + [.apply(table: table)]
    }

    func startListener(_ now: Milliseconds) {
        isOnLoopback = NetworkInterface.named(interface)?.isLoopback ?? false
        listenerFailure = nil
        let capture = ListenerOrder.capture(
            interface: interface, isLoopback: isOnLoopback, onlyIPv4: settings.onlyIPv4)
        do {
            try listener.start([capture] + orders, now: now)
        } catch {
            journal.tell(.listenerEnded(reason: error.description, restartIn: Int((listener.startAt ?? now) - now)))
        }
    }

    func takeReports() {
        for _ in 0..<Self.reportsATurn {
            switch listener.receive() {
            case .message(let bytes):
                guard let report = ListenerReport(bytes), believe(report) else {
                    return endListener("a message that says nothing")
                }
            case .wrongSize(let size): return endListener("a message of \(size) bytes")
            case .nothing: return
            case .closed: return listener.end()
            }
        }
    }

    /// Acts on what the Listener says; false if it cannot be true.
    private func believe(_ report: ListenerReport) -> Bool {
        switch report {
        case .ready(let table):
            guard table <= self.table else { return false }
            if !hasListened || toldEnd != nil { journal.tell(.listening(interface: interface)) }
            (hasListened, toldEnd) = (true, nil)
        case .outcome(let outcome, let table):
            // What it saw before it knew of the newest doors counts for nothing.
            return table == self.table ? accept(outcome) : table < self.table
        case .leftOut(let count):
            journal.tell(.linesLeftOut(Int(count)))
        case .filterTooLarge:
            journal.tell(.filterTooLarge)
        case .failure(let text):
            listenerFailure = text
        }
        return true
    }

    private func accept(_ outcome: SequenceMatcher.Outcome) -> Bool {
        let now = Clock.sinceBoot()
        let doors = configuration.doors
        switch outcome {
        case .stage(let stage, let door, let source):
            guard doors.indices.contains(door) else { return false }
            let name = doors[door].identity.displayName
            journal.tellOfStranger(.stage(stage, door: name, source: source), now: now)
        case .timedOut(let stage, let door, let source):
            guard doors.indices.contains(door) else { return false }
            let name = doors[door].identity.displayName
            journal.tellOfStranger(.sequenceTimeout(stage: stage, door: name, source: source), now: now)
        case .completed(let door, let source):
            guard doors.indices.contains(door) else { return false }
            knocked(at: doors[door], source, mayBeLoopback: isOnLoopback, now: now)
        }
        return true
    }

    private func endListener(_ what: String) {
        journal.tell(.listenerMisbehaved(what))
        listener.end()
    }

    func listenerEnded(_ ending: ChildProcess.Ending, pause: Milliseconds, now: Milliseconds) {
        guard leaving == nil else { return }
        let reason: String
        switch ending {
        case .exited(let status): reason = listenerFailure ?? "exit status \(status)"
        case .killed(let signal): reason = listenerFailure ?? "signal \(signal)"
        }
        if !hasListened {
            Output.printError("could not open \(interface): \(reason)")
            return leave(status: 1, now: now)
        }
        // An interface that stays away is told of once.
        if toldEnd != reason { journal.tell(.listenerEnded(reason: reason, restartIn: Int(pause))) }
        toldEnd = reason
    }
}
