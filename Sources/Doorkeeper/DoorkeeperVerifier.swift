import Base
import Configuration
import Doors
import Events
import KeyMessages
import Keys
import Linux
import Packets
import SignedKnocks

/// The Doorkeeper's part for the Verifier: the controls that it sends, and the effects of reports that it accepts.
extension Doorkeeper {
    /// Returns controls with the current keys and doors.
    func newVerifierControls() -> [VerifierControl] {
        let generations = keys.verifierControls(at: UnixSeconds(Clock.wallSeconds()))
        let doors = configuration.doors.compactMap { accessEntry(of: $0)?.controls }.joined()
        return generations + doors + [.apply(window: configuration.options.timeWindow)]
    }

    /// Starts a Verifier, in place of a running one.
    func startVerifier(_ now: Milliseconds) {
        takeVerifierReports(all: true)
        do {
            try verifier.start(newVerifierControls(), now: now)
            askWhetherKeysAreTaken()
        } catch {
            tell(.verifier, endedFor: error.description, pause: (verifier.health.startAt ?? now) - now)
        }
    }

    /// Starts the next Verifier if it is due, and kills one that does not answer.
    func advanceVerifier(_ now: Milliseconds) {
        if verifier.health.isStartDue(now) { startVerifier(now) }
        guard verifier.health.isPingDue(now) else { return }
        takeVerifierReports(all: false)
        if !verifier.ping(now: now) { endVerifier(Violation.silence) }
    }

    /// Takes reports of the Verifier: a limited number, or all if no more can follow.
    func takeVerifierReports(all: Bool) {
        var claims: [SignedClaim] = []
        defer { accept(claims, now: Clock.sinceBoot()) }
        for _ in 0..<(all ? .max : DoorkeeperLimits.verifierReportsATurn) {
            let now = Clock.sinceBoot()
            switch verifier.receive(now: now, mayBeLoopback: interfaces.mayBeLoopback) {
            case .verdict(.fact(let fact)): handle(fact, now, claims: &claims)
            case .verdict(.violation(let what)): return endVerifier(what)
            case .nothing, .hungUp: return
            }
        }
    }

    /// Handles a fact that the Verifier reported, and collects its claims.
    private func handle(_ fact: VerifierSupervisor.Fact, _ now: Milliseconds, claims: inout [SignedClaim]) {
        switch fact {
        case .own(.claim(let claim)): claims.append(claim)
        case .own(.refused(let reason, let id, let door, let source)):
            // A key that has gone meanwhile has no name for the line.
            guard let generation = keys[id] else { return }
            journal.tellOfStranger(
                .signed(.refused(reason, from: generation.label, door: door, source: source)), now: now)
        case .own(.diagnosed(let id, let source, let skew)):
            guard let generation = keys[id] else { return }
            let counts = keys.isUsable(generation, at: UnixSeconds(Clock.wallSeconds()))
            journal.tellOfStranger(
                .signedWithoutHint(from: generation.label, source: source, skew: skew, isUsable: counts), now: now)
        case .own(.wrongTags(let count)): signedCounts.add(wrongTags: UInt64(count), now: now)
        case .own(.leftOut(let count)): journal.leaveOut(count, now: now)
        case .own(.listenerMisbehaved(let isRepeated)):
            endListener(Violation.badBatch)
            // A Verifier that accuses one Listener after the other is killed too.
            if isRepeated { endVerifier(Violation.accusations) }
        case .isWell(let hasAnsweredAll):
            if hasAnsweredAll { keysAreTaken() }
        case .isJailed(let fences): tellOfJail(.verifier, fences, verifier.user)
        case .isAboutToEnd: break
        }
    }

    func endVerifier(_ what: String) {
        journal.tell(verifier.supervisor.violates(what))
        verifier.end()
    }

    func verifierEnded(_ ending: ChildProcess.Ending, pause: Milliseconds, now: Milliseconds) {
        guard leaving == nil else { return }
        let reason = verifier.supervisor.reason(ending.words)
        if !service.isReady {
            Output.printError("knockd: the verifier cannot start: \(reason)")
            return leave(status: 1, now: now)
        }
        tell(.verifier, endedFor: reason, pause: pause)
    }

    private func tell(_ role: Event.Role, endedFor reason: String, pause: Milliseconds) {
        journal.tell(.role(.ended(role, reason: reason, restartIn: Int(pause))))
    }
}
