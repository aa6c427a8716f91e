import Base
import Configuration
import Doors
import Events
import KeyMessages
import Keys
import Linux
import Packets
import SignedKnocks

/// The Doorkeeper's dealings with the Verifier: what it is told, and what of its reports is believed.
extension Doorkeeper {
    /// The keys and doors as they are now.
    func newVerifierControls() -> [VerifierControl] {
        let generations = keys.verifierControls(at: UnixSeconds(Clock.wallSeconds()))
        let doors = configuration.doors.compactMap { accessEntry(of: $0)?.controls }.joined()
        return generations + doors + [.apply(window: configuration.options.timeWindow)]
    }

    /// Starts a Verifier in the place of the one that runs, if one does.
    func startVerifier(_ now: Milliseconds) {
        takeVerifierReports(all: true)
        signed.verifierFailure = nil
        let controls = newVerifierControls()
        signed.verifierKnowledge = VerifierKnowledge()
        signed.verifierKnowledge.add(controls)
        do {
            try verifier.start(controls, link: signed.link.verifier, now: now)
            askWhetherKeysAreTaken()
        } catch {
            tell(.verifier, endedFor: error.description, pause: (verifier.startAt ?? now) - now)
        }
    }

    /// Ends a Verifier that does not answer.
    func advanceVerifier(_ now: Milliseconds) {
        guard let moment = verifier.pingAt, moment <= now else { return }
        takeVerifierReports(all: false)
        if !verifier.ping(now: now) {
            endVerifier("nothing for \(DoorkeeperLimits.roleAnswer / 1000) s")
        }
    }

    /// Takes what the Verifier has sent: some of it, or all, when no more can follow.
    func takeVerifierReports(all: Bool) {
        var claims: [SignedClaim] = []
        defer { accept(claims, now: Clock.sinceBoot()) }
        for _ in 0..<(all ? .max : DoorkeeperLimits.verifierReportsATurn) {
            switch verifier.receive() {
            case .message(let bytes):
                guard let report = VerifierReport(bytes) else { return endVerifier("a message that says nothing") }
                guard handle(report, claims: &claims) else { return endVerifier("a message that cannot be true") }
            case .wrongSize(let size): return endVerifier("a message of \(size) bytes")
            case .nothing: return
            case .closed: return verifier.hasHungUp(now: Clock.sinceBoot())
            }
        }
    }

    /// Acts on what the Verifier says, and collects its claims; false if it cannot be true.
    private func handle(_ report: VerifierReport, claims: inout [SignedClaim]) -> Bool {
        let now = Clock.sinceBoot()
        switch report {
        case .claim(let claim):
            guard signed.verifierKnowledge.allows(claim), areHosts(claim) else { return false }
            claims.append(claim)
        case .refused(let reason, let id, let door, let source):
            guard let generation = keys[id] else { return signed.verifierKnowledge.names(id) }
            journal.tellOfStranger(
                .signed(.refused(reason, from: generation.label, door: door, source: source)), now: now)
        case .diagnosed(let id, let source, let skew):
            guard let generation = keys[id] else { return signed.verifierKnowledge.names(id) }
            let counts = keys.isUsable(generation, at: UnixSeconds(Clock.wallSeconds()))
            journal.tellOfStranger(
                .signedWithoutHint(from: generation.label, source: source, skew: skew, isUsable: counts), now: now)
        case .wrongTags(let count): signed.counts.add(wrongTags: UInt64(count), now: now)
        case .leftOut(let count): journal.leaveOut(Int(count), now: now)
        case .pong:
            guard verifier.hasAnswered() else { return false }
            if verifier.hasAnsweredAll { keysAreTaken() }
        case .listenerMisbehaved: listenerIsAccused(now)
        case .jail(let report):
            return handle(report, of: .verifier, user: users.verifier, hasEntered: verifier.hasEnteredJail) {
                signed.verifierFailure = $0
            }
        case .failure(let text): signed.verifierFailure = text
        }
        return true
    }

    /// Whether the addresses of a claim can be those of hosts.
    private func areHosts(_ claim: SignedClaim) -> Bool {
        SignedAddress.isAllowed(claim.source, onLoopback: claim.isOnLoopback && interfaces.mayBeLoopback)
            && (claim.address == claim.source || SignedAddress.isAllowed(claim.address, onLoopback: false))
    }

    /// The Verifier says that the Listener has sent what it must not. One of them lies; who says so of one Listener after
    /// the other is ended with it.
    private func listenerIsAccused(_ now: Milliseconds) {
        endListener("a batch that says nothing")
        if let last = signed.listenerAccusedAt, now - last < DoorkeeperLimits.accusation {
            endVerifier("one accusation after the other")
        }
        signed.listenerAccusedAt = now
    }

    func endVerifier(_ what: String) {
        tellOfViolation(.verifier, what)
        verifier.end()
    }

    func verifierEnded(_ ending: ChildProcess.Ending, pause: Milliseconds, now: Milliseconds) {
        guard leaving == nil else { return }
        let reason = signed.verifierFailure ?? ending.words
        if !isReady {
            Output.printError("knockd: the verifier cannot start: \(reason)")
            return leave(status: 1, now: now)
        }
        tell(.verifier, endedFor: reason, pause: pause)
    }

    private func tell(_ role: Event.Role, endedFor reason: String, pause: Milliseconds) {
        journal.tell(.role(.ended(role, reason: reason, restartIn: Int(pause))))
    }
}
