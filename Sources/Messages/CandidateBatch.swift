package import Hints
import Packets

/// Datagrams from the Listener for the Verifier: all of the right length, as many as fit into one message.
package struct CandidateBatch: Equatable {
    /// A datagram, and whether it is a sample.
    package struct Candidate: Equatable {
        package let knock: UnverifiedKnock
        /// Whether it has a live hint; otherwise it is a sample, for diagnosis.
        package let isLive: Bool

        package init(knock: UnverifiedKnock, isLive: Bool) {
            self.knock = knock
            self.isLive = isLive
        }
    }

    /// The kinds of message between Listener and Verifier.
    enum Kind: UInt8 {
        /// From the Listener: a `CandidateBatch`.
        case candidates = 1
        /// From the Verifier: a `HintBatch`.
        case hints = 2
    }

    /// The size of every message between Listener and Verifier, in bytes.
    package static let messageSize = MessagesLimits.linkMessageBytes
    /// The size of one candidate in a message, in bytes.
    private static let size = 17 + SignedKnockLayout.byteCount
    /// The most candidates in one message.
    package static let most = (messageSize - 2) / size

    package private(set) var candidates: [Candidate] = []

    package var isEmpty: Bool { candidates.isEmpty }
    package var isFull: Bool { candidates.count == Self.most }

    /// Adds a candidate; traps if the batch is full.
    package mutating func append(_ candidate: Candidate) {
        precondition(!isFull)
        candidates.append(candidate)
    }

    package var message: [UInt8] {
        MessageWriter.message(Kind.candidates, size: Self.messageSize) { writer in
            writer.put(UInt8(candidates.count))
            for candidate in candidates { candidate.put(into: &writer) }
        }
    }

    package init() {}

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        guard reader.takeKind(Kind.self) == .candidates, let count = reader.take(UInt8.self),
            Int(count) <= Self.most
        else { return nil }
        for _ in 0..<count {
            guard let candidate = Candidate(reading: &reader) else { return nil }
            candidates.append(candidate)
        }
        if !reader.isAtEnd { return nil }
    }
}

extension CandidateBatch.Candidate {
    fileprivate func put(into writer: inout MessageWriter) {
        writer.put(UInt8(isLive ? 1 : 0) | UInt8(knock.isOnLoopback ? 2 : 0))
        writer.put(knock.source)
        writer.put(knock.bytes)
    }

    fileprivate init?(reading reader: inout MessageReader) {
        guard let flags = reader.take(UInt8.self), flags < 4, let source = reader.takeAddress(),
            let bytes = reader.takeBytes(SignedKnockLayout.byteCount),
            let knock = UnverifiedKnock(source: source, isOnLoopback: flags & 2 != 0, bytes: bytes)
        else { return nil }
        self.init(knock: knock, isLive: flags & 1 != 0)
    }
}
