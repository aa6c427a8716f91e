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

/// The Doorkeeper's part for the Listener: the controls that it sends, and the effects of reports that it accepts.
extension Doorkeeper {
    /// Returns controls with the current addresses and doors, as a new list.
    func newControls() -> [ListenerControl] {
        // A log may have been opened or closed since the last list.
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

    /// Starts a Listener, in place of a running one.
    func startListener(_ now: Milliseconds) {
        // Reports that the former Listener has sent are valid.
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

    /// Sends the current doors to the running Listener. One that started without signed knocks can no longer capture
    /// them, so it is replaced.
    func tellListenerOfDoors(_ now: Milliseconds) {
        let isAble = listener.supervisor.talk.capturesSignedKnocks
        if configuration.takesSignedKnocks, !isAble, listener.health.startAt == nil {
            startListener(now)
        } else {
            listener.send(newControls())
        }
    }

    /// Starts the next Listener if it is due, and kills one that does not answer.
    func advanceListener(_ now: Milliseconds) {
        if listener.health.isStartDue(now) { startListener(now) }
        guard listener.health.isPingDue(now) else { return }
        takeReports(all: false)
        if !listener.ping(now: now) { endListener(Violation.silence) }
    }

    /// Takes reports of the Listener: a limited number, or all if no more can follow.
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

    /// Handles a fact that the Listener reported.
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

    /// Handles the outcome of an attempt: a completed sequence is a proof, all else is only logged.
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
            // If the door was changed meanwhile, only its current sequences are valid.
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

    /// Logs the Listener's end. A repeated reason is logged once: an interface may stay away.
    private func tellOfEnd(_ reason: String, pause: Milliseconds) {
        journal.tell(
            .role(.ended(.listener, reason: reason, restartIn: Int(pause))), of: .end(.listener), once: reason)
    }

    /// Logs how a role is confined, once, and again if a later process is confined otherwise.
    func tellOfJail(_ role: Event.Role, _ fences: Jail.Fences, _ user: RoleUsers.User) {
        let event = Event.jailed(role, fences, user: user.label, own: "\(ThisProcess.user)")
        journal.tell(event, of: .jail(role), once: EventLine(event).log ?? "")
    }
}

extension ChildProcess.Ending {
    var words: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .killed(let signal): "signal \(signal)"
        }
    }
}
