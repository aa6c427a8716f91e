import Base
import Configuration
import Doors
import Events
import KeyMessages
import Knocks
import Linux
import Messages
import Packets

/// The Doorkeeper's dealings with the Listener: what it is told, and what of its reports is believed.
extension Doorkeeper {
    /// The addresses and doors as they are now, as a list of their own.
    func newControls() -> [ListenerControl] {
        let doors = doorLists.add(configuration.doors)
        let addresses = interfaces.addresses
        for address in addresses { journal.tellDetail(.detail(.localAddress(address))) }
        journal.tellDetail(
            .detail(
                .filter(
                    FilterExpression.text(doors: doors, localAddresses: Set(addresses), onlyIPv4: settings.onlyIPv4)
                        ?? "none")))
        let signedPort = configuration.takesSignedKnocks ? configuration.options.signedPort : nil
        // The log may have been opened, or not, since the Listener was told last.
        let reporting: ListenerControl.Reporting = journal.hasReaders ? .lines : .nothing
        return [.report(settings.isDebugging ? .everything : reporting), .signedPort(signedPort)]
            + addresses.map { .localAddress($0) }
            + doors.map { .door($0) } + [.apply(doorList: doorLists.newest)]
    }

    /// Starts a Listener in the place of the one that runs, if one does.
    func startListener(_ now: Milliseconds) {
        // What the one that goes has said counts.
        takeReports(atMost: DoorkeeperLimits.lastReports)
        listenerFailure = nil
        guard !interfaces.up.isEmpty else { return listener.disable() }
        signed.isListenerAble = configuration.takesSignedKnocks
        let captures: [ListenerControl] = interfaces.up.map {
            .capture(interface: $0.name, isLoopback: $0.isLoopback, onlyIPv4: settings.onlyIPv4)
        }
        interfaces.listenerStarted()
        let controls = captures + newControls()
        doorLists.forgetPast()
        do {
            try listener.start(controls, link: signed.link.listener, now: now)
            verifier.send([.listenerStarted])
        } catch {
            interfaces.listenerEnded()
            tellOfEnd(error.description, pause: (listener.startAt ?? now) - now)
        }
    }

    /// Ends a Listener that does not answer.
    func advanceListener(_ now: Milliseconds) {
        guard let moment = listener.pingAt, moment <= now else { return }
        takeReports(all: false)
        if !listener.ping(now: now) { endListener("nothing for \(DoorkeeperLimits.roleAnswer / 1000) s") }
    }

    /// Takes what the Listener has sent: some of it, or all, when no more can follow.
    func takeReports(all: Bool) {
        takeReports(atMost: all ? .max : DoorkeeperLimits.reportsATurn)
    }

    private func takeReports(atMost most: Int) {
        for _ in 0..<most {
            switch listener.receive() {
            case .message(let bytes):
                guard let report = ListenerReport(bytes) else { return endListener("a message that says nothing") }
                guard handle(report) else { return endListener("a message that cannot be true") }
            case .wrongSize(let size): return endListener("a message of \(size) bytes")
            case .nothing: return
            case .closed: return listener.hasHungUp(now: Clock.sinceBoot())
            }
        }
    }

    /// Acts on what the Listener says; false if it cannot be true.
    private func handle(_ report: ListenerReport) -> Bool {
        let now = Clock.sinceBoot()
        switch report {
        case .ready(let doorList):
            guard doorLists.isInUse(doorList) else { return false }
            listenerIsReady()
        case .outcome(let outcome, let doorList): return accept(outcome, doorList, now)
        case .captureFailed(let interface, let reason): return captureFailed(interface, reason, now: now)
        case .leftOut(let count):
            journal.leaveOut(Int(count), now: now)
        case .filterTooLarge:
            if !isFilterTold { journal.tell(.interface(.filterTooLarge)) }
            isFilterTold = true
        case .packet(let packet, let length): journal.tellDetail(detail(of: packet, length))
        case .signedCounts(let counts):
            signed.counts.add(noise: counts.noise, leftOut: counts.overShare, now: now)
        case .signedPortFlooded(let isFlooded):
            journal.tellOfStranger(.signed(isFlooded ? .portFlooded : .portQuiet), now: now)
        case .pong: return listener.hasAnswered()
        case .jail(let report):
            return handle(report, of: .listener, user: users.listener, hasEntered: listener.hasEnteredJail) {
                listenerFailure = $0
            }
        case .failure(let text):
            listenerFailure = text
        }
        return true
    }

    private func detail(of packet: Packet, _ length: Int) -> Event {
        .detail(
            .packet(
                transport: packet.transport == .udp ? "udp" : "tcp",
                from: DetailEvent.Endpoint(packet.source, packet.sourcePort),
                to: DetailEvent.Endpoint(packet.destination, packet.destinationPort),
                length: length, at: Clock.localSecond(Clock.wallSeconds())))
    }

    private func accept(_ outcome: SequenceMatcher.Outcome, _ doorList: UInt32, _ now: Milliseconds) -> Bool {
        guard let door = doorLists.entry(outcome.door, doorList: doorList), outcome.source.isIPv4 || !settings.onlyIPv4,
            outcome.source.canBePeer(onLoopback: interfaces.mayBeLoopback),
            outcome.stage.map({ (1..<door.sequence.sequence.count).contains($0) }) ?? true
        else { return false }
        let name = door.identity.displayName
        let source = outcome.source
        switch outcome {
        case .stage(let stage, _, _):
            journal.tellOfStranger(.knock(.stage(stage, door: name, source: source)), now: now)
        case .timedOut(let stage, _, _):
            journal.tellOfStranger(.knock(.timeout(stage: stage, door: name, source: source)), now: now)
        case .reset(let stage, let knock, _, _):
            journal.tellOfStranger(.knock(.reset(stage: stage, by: "\(knock)", door: name, source: source)), now: now)
        case .completed:
            // A door that has changed meanwhile takes its new sequence.
            let current = configuration.doors.first {
                $0.identity == door.identity && $0.sequences.contains(door.sequence)
            }
            if let current { knocked(at: current, with: door.sequence.sequence, source) }
        }
        return true
    }

    func endListener(_ what: String) {
        tellOfViolation(.listener, what)
        listener.end()
    }

    /// A role has sent what it cannot have to say.
    func tellOfViolation(_ role: Event.Role, _ what: String) {
        violations[role, default: 0] += 1
        journal.tell(.role(.misbehaved(role, what, times: violations[role] ?? 0)))
    }

    func listenerEnded(_ ending: ChildProcess.Ending, pause: Milliseconds, now: Milliseconds) {
        guard leaving == nil else { return }
        let reason = listenerFailure ?? ending.words
        interfaces.listenerEnded()
        if !isReady {
            Output.printError("knockd: the listener cannot start: \(reason)")
            return leave(status: 1, now: now)
        }
        tellOfEnd(reason, pause: pause)
    }

    /// An interface that stays away is told of once.
    private func tellOfEnd(_ reason: String, pause: Milliseconds) {
        if toldEnd != reason { journal.tell(.role(.ended(.listener, reason: reason, restartIn: Int(pause)))) }
        toldEnd = reason
    }
}

extension ChildProcess.Ending {
    /// How a role has ended.
    var words: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}
