import Hints
import Keys
import Packets

@testable import SignedKnocks

/// What the tests of this module share: a generation's keys, a moment, addresses.
enum Sample {
    static let now: UInt64 = 1_700_000_000_000
    static let window = TimeWindow(span: 30_000)
    static let source = IPAddress(ipv4: 0xC612_0102)

    /// Keys of the secret that consists of this byte.
    static func keys(_ byte: UInt8 = 7, server: String = "gw.example") throws -> WorkingKeys {
        var secret = [UInt8](repeating: byte, count: WorkingKeys.size)
        guard let server = KeyName(server) else { throw CryptoError("no name: \(server)") }
        return try WorkingKeys(secret: SecretBytes(taking: &secret), server: server)
    }

    static func body(
        timestamp: UInt64 = now, address: IPAddress? = nil, seconds: UInt32 = 0,
        operation: SignedKnockBody.Operation = .open, door: String = "ssh"
    ) -> SignedKnockBody {
        SignedKnockBody(timestamp: timestamp, address: address, seconds: seconds, operation: operation, door: door)
    }

    static func id(_ number: UInt64) -> GenerationID { GenerationID(high: 0, low: number) }

    static func knock(
        _ nonce: UInt64, at timestamp: UInt64 = now + 1, of generation: UInt64 = 1, door: String = "ssh",
        address: IPAddress = source, operation: SignedKnockBody.Operation = .open
    ) -> SpentKnock {
        SpentKnock(
            generation: id(generation), nonce: Nonce(high: 0, low: nonce), timestamp: timestamp, door: door,
            address: address, operation: operation)
    }
}

extension Sample {
    /// A datagram with any bytes as its body, sealed as a client would; with the hint of the epoch that its first eight
    /// bytes are a timestamp in, unless told otherwise.
    static func datagram(
        plain: [UInt8], nonce: Nonce = Nonce(high: 3, low: 9), keys: WorkingKeys, epoch: UInt64? = nil
    ) throws -> [UInt8] {
        let epoch = epoch ?? TimeWindow.epoch(of: SignedKnockBody.timestamp(of: plain))
        let hint = try MessageAuthentication(key: keys.hint).hint(ofEpoch: epoch)
        let front = try hint.bigEndianBytes + nonce.bytes + BodyCipher().apply(keys.encrypt, nonce, to: plain[...])
        return try front + MessageAuthentication(key: keys.tag).code(of: front[...])
    }

    static func unverified(
        _ bytes: [UInt8], source: IPAddress = source, isOnLoopback: Bool = false
    ) -> UnverifiedKnock? {
        UnverifiedKnock(source: source, isOnLoopback: isOnLoopback, bytes: bytes)
    }

    static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = hexadecimal.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
