package import Base
package import Keys
package import Messages
package import Packets
package import SignedKnocks

/// A message from the Verifier to the Doorkeeper.
package enum VerifierReport: Equatable {
    /// A knock that passed all of the Verifier's checks.
    case claim(SignedClaim)
    /// A knock with a correct tag that was refused.
    case refused(RejectReason, generation: GenerationID, door: String, source: IPAddress)
    /// A datagram without a live hint that has a correct tag: an old one, one from a client whose clock is wrong, or one
    /// of a retired generation.
    case diagnosed(generation: GenerationID, source: IPAddress, skew: Milliseconds)
    /// Datagrams with a live hint and a wrong tag since the last such report.
    case wrongTags(UInt32)
    /// Reports omitted, because there were too many.
    case leftOut(UInt32)
    case pong
    /// The Listener has sent an invalid message.
    case listenerMisbehaved
    case jail(JailReport)
    /// It cannot continue, for this reason, and exits.
    case failure(String)

    private enum Kind: UInt8 {
        case claim = 1
        case refused = 2
        case diagnosed = 3
        case wrongTags = 4
        case leftOut = 5
        case pong = 6
        case listenerMisbehaved = 7
        case failure = 8
        case surplusClaim = 9
    }

    package var message: [UInt8] {
        switch self {
        case .claim(let claim):
            MessageWriter.message(claim.isSurplus ? Kind.surplusClaim : .claim) { claim.put(into: &$0) }
        case .refused(let reason, let generation, let door, let source):
            MessageWriter.message(Kind.refused) { writer in
                reason.put(into: &writer)
                writer.put(generation)
                writer.put(source)
                writer.put(door)
            }
        case .diagnosed(let generation, let source, let skew):
            MessageWriter.message(Kind.diagnosed) { writer in
                writer.put(generation)
                writer.put(source)
                writer.put(skew)
            }
        case .wrongTags(let count): MessageWriter.message(Kind.wrongTags) { $0.put(count) }
        case .leftOut(let count): MessageWriter.message(Kind.leftOut) { $0.put(count) }
        case .pong: MessageWriter.message(Kind.pong)
        case .listenerMisbehaved: MessageWriter.message(Kind.listenerMisbehaved)
        case .failure(let text): MessageWriter.message(Kind.failure) { $0.put(text) }
        case .jail(let report): report.message
        }
    }

    package init?(_ message: [UInt8]) {
        let report = JailReport.reading(
            message, own: { (kind: Kind, reader: inout MessageReader) in VerifierReport(kind, reading: &reader) },
            jail: Self.jail)
        guard let report else { return nil }
        self = report
    }

    private init?(_ kind: Kind, reading reader: inout MessageReader) {
        switch kind {
        case .claim, .surplusClaim:
            guard var claim = SignedClaim(reading: &reader) else { return nil }
            claim.isSurplus = kind == .surplusClaim
            self = .claim(claim)
        case .refused:
            guard let reason = RejectReason(reading: &reader), let generation = reader.takeGenerationID(),
                let source = reader.takeAddress(), let door = reader.takeText(),
                door.isEmpty || SignedKnockBody.isDoorName(door)
            else { return nil }
            self = .refused(reason, generation: generation, door: door, source: source)
        case .diagnosed:
            guard let generation = reader.takeGenerationID(), let source = reader.takeAddress(),
                let skew = reader.take(Milliseconds.self)
            else { return nil }
            self = .diagnosed(generation: generation, source: source, skew: skew)
        case .wrongTags:
            guard let count = reader.take(UInt32.self) else { return nil }
            self = .wrongTags(count)
        case .leftOut:
            guard let count = reader.take(UInt32.self) else { return nil }
            self = .leftOut(count)
        case .pong: self = .pong
        case .listenerMisbehaved: self = .listenerMisbehaved
        case .failure:
            guard let text = reader.takeLine() else { return nil }
            self = .failure(text)
        }
    }
}
