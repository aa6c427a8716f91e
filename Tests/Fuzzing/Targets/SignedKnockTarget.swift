import Hints
import Keys
import Packets

@testable import SignedKnocks

extension FuzzTarget {
    /// Noise is never verified; of what was sealed with the key, only what is well formed is, and it is what was sealed.
    static func takeSignedKnock(_ bytes: [UInt8]) {
        guard let first = bytes.first, let sealing = try? Sealing() else { return }
        let rest = Array(bytes.dropFirst())
        guard first % 2 == 0 else { return sealing.takeNoise(rest) }
        sealing.takePlain(rest)
    }
}

/// A server with one key, and a client with the same one who puts anything into his knocks.
private struct Sealing {
    private static let now: UInt64 = 1_700_000_000_000

    private let keys: WorkingKeys
    private let verifier: KnockVerifier

    init() throws {
        var secret = [UInt8](repeating: 7, count: WorkingKeys.size)
        guard let server = KeyName("gw.example") else { throw CryptoError("no name") }
        keys = try WorkingKeys(secret: SecretBytes(taking: &secret), server: server)
        verifier = try KnockVerifier(generations: [(keys, true)], window: TimeWindow(span: 30_000))
        _ = try verifier.newHints(at: Self.now)
    }

    private func verdict(_ datagram: [UInt8]) -> KnockVerifier.Verdict? {
        UnverifiedKnock(source: IPAddress(ipv4: 0xC612_0102), isOnLoopback: false, bytes: datagram)
            .flatMap { try? verifier.verify($0, now: Self.now) }
    }

    func takeNoise(_ bytes: [UInt8]) {
        if case .verified = verdict(bytes) { preconditionFailure("forged: \(bytes)") }
    }

    /// 64 bytes of a body, then 16 of a nonce; with fewer it ends with zeros.
    func takePlain(_ bytes: [UInt8]) {
        let padded = Array((bytes + [UInt8](repeating: 0, count: 80)).prefix(80))
        let plain = Array(padded[..<64])
        guard let nonce = Nonce(bytes: Array(padded[64...])), let datagram = try? sealed(plain, nonce) else {
            preconditionFailure("cannot be sealed: \(bytes)")
        }
        precondition(datagram.count == 120)
        if case .verified(let knock) = verdict(datagram) {
            precondition(knock.nonce == nonce)
            precondition(knock.body.bytes == plain, "another body than was sealed: \(plain)")
            let skew = max(knock.body.timestamp, Self.now) - min(knock.body.timestamp, Self.now)
            precondition(skew <= 30_000)
        }
    }

    private func sealed(_ plain: [UInt8], _ nonce: Nonce) throws -> [UInt8] {
        let epoch = TimeWindow.epoch(of: SignedKnockBody.timestamp(of: plain))
        let hint = try MessageAuthentication(key: keys.hint).hint(ofEpoch: epoch)
        let front = try hint.bigEndianBytes + nonce.bytes + BodyCipher().apply(keys.encrypt, nonce, to: plain[...])
        return try front + MessageAuthentication(key: keys.tag).code(of: front[...])
    }
}
