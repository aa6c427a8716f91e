import Base
import Events
import KeyMessages
import Keys
import Packets
import SignedKnocks

/// The Supervisor of the Verifier.
typealias VerifierSupervisor = Supervisor<VerifierConversation>

/// The protocol with the Verifier: it keeps the generations and doors that the running Verifier was ever sent.
struct VerifierConversation: Conversation {
    typealias Control = VerifierControl
    typealias Report = VerifierReport

    enum Fact: Equatable {
        case claim(SignedClaim)
        case refused(RejectReason, generation: GenerationID, door: String, source: IPAddress)
        case diagnosed(generation: GenerationID, source: IPAddress, skew: Milliseconds)
        case wrongTags(UInt32)
        case leftOut(Int)
        /// The Listener has sent the Verifier an invalid batch. One of the two lies.
        ///
        /// - Parameter isRepeated: whether a Verifier has accused another Listener shortly before: then the Verifier
        ///   lies.
        case listenerMisbehaved(isRepeated: Bool)
    }

    static let role = Event.Role.verifier

    private var knowledge = VerifierKnowledge()
    /// When a Verifier last accused the Listener. It outlives the process.
    private var accusedAt: Milliseconds?

    static func report(_ message: [UInt8]) -> VerifierReport? { VerifierReport(message) }

    // MARK: Controls

    mutating func begin(_ controls: [VerifierControl]) {
        knowledge = VerifierKnowledge()
        knowledge.add(controls)
    }

    mutating func give(_ controls: [VerifierControl]) { knowledge.add(controls) }

    // MARK: Reports

    func meaning(of report: VerifierReport, now: Milliseconds, mayBeLoopback: Bool) -> Meaning<Fact> {
        switch report {
        case .claim(let claim):
            let canBe = knowledge.allows(claim) && claim.isOfHosts(mayBeLoopback: mayBeLoopback)
            return canBe ? .fact(.claim(claim)) : .untrue
        case .refused(let reason, let generation, let door, let source):
            guard knowledge.names(generation) else { return .untrue }
            return .fact(.refused(reason, generation: generation, door: door, source: source))
        case .diagnosed(let generation, let source, let skew):
            guard knowledge.names(generation) else { return .untrue }
            return .fact(.diagnosed(generation: generation, source: source, skew: skew))
        case .wrongTags(let count): return .fact(.wrongTags(count))
        case .leftOut(let count): return .fact(.leftOut(Int(count)))
        case .listenerMisbehaved:
            let isRepeated = accusedAt.map { now - $0 < DoorkeeperLimits.accusation } ?? false
            return .fact(.listenerMisbehaved(isRepeated: isRepeated))
        case .pong: return .answer
        case .jail(let report): return .jail(report)
        case .failure(let reason): return .failure(reason)
        }
    }

    mutating func note(_ fact: Fact, now: Milliseconds) {
        if case .listenerMisbehaved = fact { accusedAt = now }
    }
}

extension SignedClaim {
    /// Whether its addresses can be those of hosts.
    ///
    /// - Parameter mayBeLoopback: whether packets can come from this host itself.
    func isOfHosts(mayBeLoopback: Bool) -> Bool {
        SignedAddress.isAllowed(source, onLoopback: isOnLoopback && mayBeLoopback)
            && (address == source || SignedAddress.isAllowed(address, onLoopback: false))
    }
}
