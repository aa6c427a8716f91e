package import Base
package import Hints
package import Keys
package import Packets

/// A knock that a holder of this generation has signed, for this server, in time. Only `KnockVerifier` makes one.
package struct VerifiedKnock: Equatable, Sendable {
    /// The generation's place among those that the verifier was given.
    package let generation: Int
    package let source: IPAddress
    package let isOnLoopback: Bool
    package let nonce: Nonce
    package let body: SignedKnockBody

    fileprivate init(_ knock: UnverifiedKnock, generation: Int, body: SignedKnockBody) {
        self.generation = generation
        source = knock.source
        isOnLoopback = knock.isOnLoopback
        nonce = knock.nonce
        self.body = body
    }
}

/// Steps 1 to 5 of what a server does with a datagram (docs/PROTOCOL.md): whose it is, and whether it means something now.
package final class KnockVerifier {
    /// What became of a datagram.
    package enum Verdict: Equatable, Sendable {
        case verified(VerifiedKnock)
        /// - Parameters:
        ///   - generation: whose it is; nil before the tag is known to be right.
        ///   - body: what it asks for, as far as that was understood.
        case refused(RejectReason, generation: Int?, body: SignedKnockBody?)
    }

    private struct Generation {
        let keys: WorkingKeys
        let tag: MessageAuthentication
        let isUsable: Bool
    }

    private let generations: [Generation]
    private let window: TimeWindow
    private let cipher: BodyCipher
    private var table = HintTable()
    private var epochs: ClosedRange<UInt64>?
    /// When `newHints` has new ones, in milliseconds since 1970, if nobody sets the clock; nil before the first.
    package private(set) var hintsGoodUntil: UInt64?

    /// - Parameter generations: all that are known, the retired ones too: knocks of those are recognised by `diagnose`.
    package init(
        generations: [(keys: WorkingKeys, isUsable: Bool)], window: TimeWindow
    ) throws(CryptoError) {
        var prepared: [Generation] = []
        for (keys, isUsable) in generations {
            prepared.append(
                Generation(keys: keys, tag: try MessageAuthentication(key: keys.tag), isUsable: isUsable))
        }
        self.generations = prepared
        self.window = window
        cipher = try BodyCipher()
    }

    /// The hints that count now, and those of one epoch more on each side; nil if they are those of the last time.
    ///
    /// To be asked at `hintsGoodUntil` and whenever the clock is set. There is one epoch to spare, so that a datagram which
    /// comes while the new hints are on their way finds its own.
    ///
    /// - Parameter now: milliseconds since 1970.
    package func newHints(at now: UInt64) throws(CryptoError) -> [(hint: UInt64, generation: Int)]? {
        let epochs = window.epochs(at: now)
        hintsGoodUntil = window.epochsEnd(at: now)
        if epochs == self.epochs { return nil }
        var hints: [(hint: UInt64, generation: Int)] = []
        for (number, generation) in generations.enumerated() where generation.isUsable {
            let code = try MessageAuthentication(key: generation.keys.hint)
            for epoch in epochs { hints.append((try code.hint(ofEpoch: epoch), number)) }
        }
        table = HintTable(hints)
        self.epochs = epochs
        return hints
    }

    /// Judges a datagram.
    ///
    /// - Parameter now: milliseconds since 1970.
    package func verify(_ knock: UnverifiedKnock, now: UInt64) throws(CryptoError) -> Verdict {
        guard table.first(knock.hint) != nil else { return .refused(.unknownHint, generation: nil, body: nil) }
        let number = try table.first(knock.hint) { number throws(CryptoError) in
            try isTagged(knock, generations[number])
        }
        guard let number else { return .refused(.wrongTag, generation: nil, body: nil) }
        return try judge(knock, number, now)
    }

    /// Whose a datagram without a live hint is, and how far its timestamp is ahead of now: all generations are tried. Nil
    /// if it is nobody's. Nothing can follow from it but a line in the log.
    package func diagnose(
        _ knock: UnverifiedKnock, now: UInt64
    ) throws(CryptoError) -> (generation: Int, skew: Milliseconds)? {
        for (number, generation) in generations.enumerated() where try isTagged(knock, generation) {
            let plain = try cipher.apply(generation.keys.encrypt, knock.nonce, to: knock.bytes[SignedKnockLayout.body])
            return (number, TimeWindow.skew(of: SignedKnockBody.timestamp(of: plain), now: now))
        }
        return nil
    }

    private func isTagged(_ knock: UnverifiedKnock, _ generation: Generation) throws(CryptoError) -> Bool {
        try generation.tag.isCode(
            knock.bytes[SignedKnockLayout.tag], of: knock.bytes[SignedKnockLayout.tagged])
    }

    /// Steps 4 and 5, for a datagram whose tag is right.
    private func judge(_ knock: UnverifiedKnock, _ number: Int, _ now: UInt64) throws(CryptoError) -> Verdict {
        let keys = generations[number].keys
        let plain = try cipher.apply(keys.encrypt, knock.nonce, to: knock.bytes[SignedKnockLayout.body])
        let epoch = TimeWindow.epoch(of: SignedKnockBody.timestamp(of: plain))
        guard try MessageAuthentication(key: keys.hint).hint(ofEpoch: epoch) == knock.hint else {
            return .refused(.hintOfAnotherEpoch, generation: number, body: nil)
        }
        let body: SignedKnockBody
        do {
            body = try SignedKnockBody(reading: plain)
        } catch {
            return .refused(error, generation: number, body: nil)
        }
        guard SignedAddress.isAllowed(knock.source, onLoopback: knock.isOnLoopback) else {
            return .refused(.sourceNotAllowed, generation: number, body: body)
        }
        guard window.contains(body.timestamp, now: now) else {
            let skew = TimeWindow.skew(of: body.timestamp, now: now)
            return .refused(.outsideWindow(skew: skew), generation: number, body: body)
        }
        return .verified(VerifiedKnock(knock, generation: number, body: body))
    }
}
