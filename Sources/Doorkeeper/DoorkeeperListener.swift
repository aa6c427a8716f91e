import Base
import Configuration
import Confinement
import Doors
import Events
import KeyMessages
import Knocks
import Linux
import Messages
import Packets

/// The Doorkeeper's dealings with the Listener: what it is told, and what follows from what is believed of it.
extension Doorkeeper {
    /// The addresses and doors as they are now, as a list of their own.
    func newControls() -> [ListenerControl] {
        // The log may have been opened, or not, since the Listener was told last.
        let reporting: ListenerControl.Reporting = journal.hasReaders ? .lines : .nothing
        let addresses = interfaces.addresses
        let controls = listener.supervisor.talk.list(
            configuration.doors, addresses: addresses,
            signedPort: configuration.takesSignedKnocks ? configuration.options.signedPort : nil,
            reporting: settings.isDebugging ? .everything : reporting)
        for address in addresses { journal.tellDetail(.detail(.localAddress(address))) }
        let doors: [SequenceDoor] = controls.compactMap { control in
            guard case .door(let door) = control else { return nil }
            return door
        }
        journal.tellDetail(
            .detail(
                .filter(
                    FilterExpression.text(doors: doors, localAddresses: Set(addresses), onlyIPv4: settings.onlyIPv4)
                        ?? "none")))
        return controls
    }

    /// Starts a Listener in the place of the one that runs, if one does.
    func startListener(_ now: Milliseconds) {
        // What the one that goes has said counts.
        takeReports(atMost: DoorkeeperLimits.lastReports)
        guard !interfaces.up.isEmpty else { return listener.disable() }
        let captures: [ListenerControl] = interfaces.up.map {
            .capture(interface: $0.name, isLoopback: $0.isLoopback, onlyIPv4: settings.onlyIPv4)
        }
        interfaces.listenerStarted()
        do {
            try listener.start(captures + newControls(), now: now)
            verifier.send([.listenerStarted])
        } catch {
            interfaces.listenerEnded()
            tellOfEnd(error.description, pause: (listener.health.startAt ?? now) - now)
        }
    }

    /// Tells the Listener that runs of the doors as they are now. One that has begun without signed knocks cannot capture
    /// them any more: then another takes its place.
    func tellListenerOfDoors(_ now: Milliseconds) {
        let isAble = listener.supervisor.talk.capturesSignedKnocks
        if configuration.takesSignedKnocks, !isAble, listener.health.startAt == nil {
            startListener(now)
        } else {
            listener.send(newControls())
        }
    }

    /// Starts the next one, and ends one that does not answer.
    func advanceListener(_ now: Milliseconds) {
        if listener.health.isStartDue(now) { startListener(now) }
        guard listener.health.isPingDue(now) else { return }
        takeReports(all: false)
        if !listener.ping(now: now) { endListener(Violation.silence) }
    }

    /// Takes what the Listener has sent: some of it, or all, when no more can follow.
    func takeReports(all: Bool) {
        takeReports(atMost: all ? .max : DoorkeeperLimits.reportsATurn)
    }

    private func takeReports(atMost most: Int) {
        for _ in 0..<most {
            let now = Clock.sinceBoot()
            switch listener.receive(now: now, mayBeLoopback: interfaces.mayBeLoopback) {
            case .verdict(.fact(let fact)): handle(fact, now)
            case .verdict(.violation(let what)): return endListener(what)
            case .nothing, .hungUp: return
            }
        }
    }

    /// Acts on what the Listener says.
    private func handle(_ fact: ListenerSupervisor.Fact, _ now: Milliseconds) {
        switch fact {
        case .own(.isReady): listenerIsReady()
        case .own(.attempt(let outcome, let door)): follow(outcome, at: door, now)
        case .own(.captureFailed(let interface, let reason)): captureFailed(interface, reason, now: now)
        case .own(.leftOut(let count)): journal.leaveOut(count, now: now)
        case .own(.filterTooLarge): journal.tell(.interface(.filterTooLarge), of: .filter)
        case .own(.packet(let packet, let length)): journal.tellDetail(detail(of: packet, length))
        case .own(.signedCounts(let counts)):
            signedCounts.add(noise: counts.noise, leftOut: counts.overShare, now: now)
        case .own(.signedPortFlooded(let isFlooded)):
            journal.tellOfStranger(.signed(isFlooded ? .portFlooded : .portQuiet), now: now)
        case .isJailed(let fences): tellOfJail(.listener, fences, listener.user)
        case .isWell, .isAboutToEnd: break
        }
    }

    private func detail(of packet: Packet, _ length: Int) -> Event {
        .detail(
            .packet(
                transport: packet.transport == .udp ? "udp" : "tcp",
                from: DetailEvent.Endpoint(packet.source, packet.sourcePort),
                to: DetailEvent.Endpoint(packet.destination, packet.destinationPort),
                length: length, at: Clock.localSecond(Clock.wallSeconds())))
    }

    /// What came of an attempt: most of it is for the log, and a completed sequence is a proof.
    private func follow(_ outcome: SequenceMatcher.Outcome, at door: DoorLists.Entry, _ now: Milliseconds) {
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
    }

    func endListener(_ what: String) {
        journal.tell(listener.supervisor.violates(what))
        listener.end()
    }

    func listenerEnded(_ ending: ChildProcess.Ending, pause: Milliseconds, now: Milliseconds) {
        guard leaving == nil else { return }
        let reason = listener.supervisor.reason(ending.words)
        interfaces.listenerEnded()
        if !service.isReady {
            Output.printError("knockd: the listener cannot start: \(reason)")
            return leave(status: 1, now: now)
        }
        tellOfEnd(reason, pause: pause)
    }

    /// An interface that stays away is told of once.
    private func tellOfEnd(_ reason: String, pause: Milliseconds) {
        journal.tell(
            .role(.ended(.listener, reason: reason, restartIn: Int(pause))), of: .end(.listener), once: reason)
    }

    /// How a role is confined: once, and again when one that was started later has other fences.
    func tellOfJail(_ role: Event.Role, _ fences: Jail.Fences, _ user: RoleUsers.User) {
        let event = Event.jailed(role, fences, user: user.label, own: "\(ThisProcess.user)")
        journal.tell(event, of: .jail(role), once: EventLine(event).log ?? "")
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
