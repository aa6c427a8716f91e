package import Base
package import Keys
package import Messages
package import Packets
package import SignedKnocks

/// What the Verifier tells the Doorkeeper.
package enum VerifierReport: Equatable {
    /// A knock that is good as far as the Verifier can tell.
    case claim(SignedClaim)
    /// A knock that was signed with a key, and refused.
    case refused(RejectReason, generation: GenerationID, door: String, source: IPAddress)
    /// A datagram without a live hint that was signed with a key, some other time or with another clock.
    case diagnosed(generation: GenerationID, source: IPAddress, skew: Milliseconds)
    /// Datagrams with a live hint and a wrong tag, since this was last told.
    case wrongTags(UInt32)
    /// Reports that were left out, there being too many.
    case leftOut(UInt32)
    case pong
    /// The Listener has sent what it must not.
    case listenerMisbehaved
    case jail(JailReport)
    /// Why it is about to end.
    case failure(String)

    package var message: [UInt8] {
        switch self {
        case .claim(let claim):
            var writer = MessageWriter(kind: claim.isSurplus ? 9 : 1)
            claim.put(into: &writer)
            return writer.message
        case .refused(let reason, let generation, let door, let source):
            var writer = MessageWriter(kind: 2)
            writer.put(reason)
            writer.put(generation)
            writer.put(source)
            writer.put(door)
            return writer.message
        case .diagnosed(let generation, let source, let skew):
            var writer = MessageWriter(kind: 3)
            writer.put(generation)
            writer.put(source)
            writer.put(skew)
            return writer.message
        case .wrongTags(let count): return Self.message(4, count)
        case .leftOut(let count): return Self.message(5, count)
        case .pong: return MessageWriter(kind: 6).message
        case .listenerMisbehaved: return MessageWriter(kind: 7).message
        case .jail(let report): return report.message
        case .failure(let text):
            var writer = MessageWriter(kind: 8)
            writer.put(text)
            return writer.message
        }
    }

    private static func message(_ kind: UInt8, _ number: UInt32) -> [UInt8] {
        var writer = MessageWriter(kind: kind)
        writer.put(number)
        return writer.message
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        guard let kind = reader.take(UInt8.self), let report = VerifierReport(kind, &reader), reader.isAtEnd else {
            return nil
        }
        self = report
    }

    private init?(_ kind: UInt8, _ reader: inout MessageReader) {
        switch kind {
        case 1, 9:
            guard var claim = SignedClaim(reading: &reader) else { return nil }
            claim.isSurplus = kind == 9
            self = .claim(claim)
        case 2:
            guard let reason = reader.takeReason(), let generation = reader.takeGenerationID(),
                let source = reader.takeAddress(), let door = reader.takeText(),
                door.isEmpty || SignedKnockBody.isDoorName(door)
            else { return nil }
            self = .refused(reason, generation: generation, door: door, source: source)
        case 3:
            guard let generation = reader.takeGenerationID(), let source = reader.takeAddress(),
                let skew = reader.take(Milliseconds.self)
            else { return nil }
            self = .diagnosed(generation: generation, source: source, skew: skew)
        case 4, 5:
            guard let number = reader.take(UInt32.self) else { return nil }
            self = kind == 4 ? .wrongTags(number) : .leftOut(number)
        case 6: self = .pong
        case 7: self = .listenerMisbehaved
        case 8:
            guard let text = reader.takeLine() else { return nil }
            self = .failure(text)
        default:
            guard let report = JailReport(kind, &reader) else { return nil }
            self = .jail(report)
        }
    }
}

/// The reasons that the Verifier can give: those of the steps from 4 on that it takes.
extension MessageWriter {
    package mutating func put(_ reason: RejectReason) {
        let number: UInt8 =
            switch reason {
            case .hintOfAnotherEpoch: 1
            case .unknownOperation: 2
            case .secondsInClose: 3
            case .reservedNotZero: 4
            case .malformedDoor: 5
            case .addressNotAllowed: 6
            case .sourceNotAllowed: 7
            case .outsideWindow: 8
            case .unknownDoor: 9
            case .keyNotListed: 10
            case .impossibleOperation: 11
            case .addressDiffers: 12
            case .addressMissing: 13
            case .replayed: 14
            case .tooManyKnocks: 15
            // Not the Verifier's: a reader takes it for a fault.
            default: 0
            }
        put(number)
        if case .outsideWindow(let skew) = reason { put(skew) } else { put(0 as Milliseconds) }
    }
}

extension MessageReader {
    package mutating func takeReason() -> RejectReason? {
        guard let number = take(UInt8.self), let skew = take(Milliseconds.self), number == 8 || skew == 0 else {
            return nil
        }
        let plain: [RejectReason] = [
            .hintOfAnotherEpoch, .unknownOperation, .secondsInClose, .reservedNotZero, .malformedDoor,
            .addressNotAllowed, .sourceNotAllowed, .outsideWindow(skew: skew), .unknownDoor, .keyNotListed,
            .impossibleOperation, .addressDiffers, .addressMissing, .replayed, .tooManyKnocks,
        ]
        return plain.indices.contains(Int(number) - 1) ? plain[Int(number) - 1] : nil
    }
}
