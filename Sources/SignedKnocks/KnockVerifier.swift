package import Base
package import Hints
package import Keys
package import Packets

/// A knock with a correct tag, for this server, within the time window. Only `KnockVerifier` makes one.
package struct VerifiedKnock: Equatable, Sendable {
    /// The generation's index among those that the verifier was given.
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

/// Steps 1 to 5 of the server (docs/PROTOCOL.md): finds the generation that signed a datagram, and checks that it is
/// well-formed and in time.
package final class KnockVerifier {
    /// The result of verifying a datagram.
    package enum Verdict: Equatable, Sendable {
        case verified(VerifiedKnock)
        /// - Parameters:
        ///   - generation: the one that signed it; nil until the tag is known to be correct.
        ///   - body: its content, as far as it was decoded.
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
    /// When `newHints` returns new hints, in milliseconds since 1970, unless the clock is set; nil before the first
    /// call.
    package private(set) var hintsGoodUntil: UInt64?

    /// - Parameter generations: all known ones. `diagnose` also recognises knocks of retired ones.
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

    /// The hints of all epochs that are valid now, and of one more epoch on each side; nil if they have not changed.
    ///
    /// Call it at `hintsGoodUntil` and whenever the clock is set. The extra epoch is for datagrams that arrive while
    /// the Listener has not received the new hints yet.
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

    /// Verifies a datagram.
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

    /// Finds the generation that signed a datagram without a live hint, and how far its timestamp is ahead of now. It
    /// tries all generations; nil if none has signed it. The result is for the log only.
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

    /// Steps 4 and 5, for a datagram with a correct tag.
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
