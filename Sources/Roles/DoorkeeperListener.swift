import Configuration
import Doors
import Events
import Knocks
import Linux
import Packets

/// The Doorkeeper's dealings with the Listener: what it is told, and what of its reports is believed.
extension Doorkeeper {
    /// Reports taken in one go, so that deadlines and signals get their turn.
    private static let reportsATurn = 16

    /// All that the Listener must know, as it is now; where to capture it is told once.
    var orders: [ListenerOrder] {
        let addresses = NetworkInterface.named(interface)?.addresses ?? []
        return addresses.compactMap { IPAddress(bytes: $0) }.map { .localAddress($0) }
            + configuration.doors.compactMap { $0.sequence.map { .door($0) } } + [.apply(table: table)]
    }

    func startListener(_ now: Milliseconds) {
        isOnLoopback = NetworkInterface.named(interface)?.isLoopback ?? false
        listenerFailure = nil
        let capture = ListenerOrder.capture(
            interface: interface, isLoopback: isOnLoopback, onlyIPv4: settings.onlyIPv4)
        do {
            try listener.start([capture] + orders, now: now)
        } catch {
            tellOfEnd(error.description, pause: (listener.startAt ?? now) - now)
        }
    }

    /// Takes what the Listener has sent: some of it, or all, when no more can follow.
    func takeReports(all: Bool) {
        var count = 0
        while all || count < Self.reportsATurn {
            count += 1
            switch listener.receive() {
            case .message(let bytes):
                guard let report = ListenerReport(bytes), believe(report) else {
                    return endListener("a message that says nothing")
                }
            case .wrongSize(let size): return endListener("a message of \(size) bytes")
            case .nothing: return
            case .closed: return listener.hasHungUp(now: Clock.sinceBoot())
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
            journal.leaveOut(Int(count), now: Clock.sinceBoot())
        case .filterTooLarge:
            if !isFilterTold { journal.tell(.filterTooLarge) }
            isFilterTold = true
        case .failure(let text):
            listenerFailure = text
        }
        return true
    }

    private func accept(_ outcome: SequenceMatcher.Outcome) -> Bool {
        let now = Clock.sinceBoot()
        switch outcome {
        case .stage(let stage, let door, let source):
            guard let door = self.door(door, at: stage, source) else { return false }
            journal.tellOfStranger(.stage(stage, door: door.identity.displayName, source: source), now: now)
        case .timedOut(let stage, let door, let source):
            guard let door = self.door(door, at: stage, source) else { return false }
            journal.tellOfStranger(
                .sequenceTimeout(stage: stage, door: door.identity.displayName, source: source), now: now)
        case .reset: return false
        case .completed(let door, let source):
            guard let door = self.door(door, at: nil, source) else { return false }
            knocked(at: door, source, mayBeLoopback: isOnLoopback, now: now)
        }
        return true
    }

    /// The door that a report means; nil if there is none, or what it says of it cannot be.
    private func door(_ number: Int, at stage: Int?, _ source: IPAddress) -> Door? {
        guard configuration.doors.indices.contains(number), source.isIPv4 || !settings.onlyIPv4 else { return nil }
        let door = configuration.doors[number]
        guard let sequence = door.sequence else { return nil }
        if let stage, !(1..<sequence.sequence.count).contains(stage) { return nil }
        return door
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
        tellOfEnd(reason, pause: pause)
    }

    /// An interface that stays away is told of once.
    private func tellOfEnd(_ reason: String, pause: Milliseconds) {
        if toldEnd != reason { journal.tell(.listenerEnded(reason: reason, restartIn: Int(pause))) }
        toldEnd = reason
    }
}
