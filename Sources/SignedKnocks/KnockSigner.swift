package import Hints
package import Keys
import Packets

/// Makes signed knocks, on the client (docs/PROTOCOL.md, "What the client does").
package struct KnockSigner {
    private let keys: WorkingKeys
    private let hint: MessageAuthentication
    private let tag: MessageAuthentication
    private let cipher: BodyCipher

    package init(_ keys: WorkingKeys) throws(CryptoError) {
        self.keys = keys
        hint = try MessageAuthentication(key: keys.hint)
        tag = try MessageAuthentication(key: keys.tag)
        cipher = try BodyCipher()
    }

    /// The signed datagram, 120 bytes.
    ///
    /// - Parameter nonce: random, and never used before with this generation.
    package func sign(_ body: SignedKnockBody, nonce: Nonce) throws(CryptoError) -> [UInt8] {
        let hint = try hint.hint(ofEpoch: TimeWindow.epoch(of: body.timestamp))
        var datagram = hint.bigEndianBytes + nonce.bytes
        datagram += try cipher.apply(keys.encrypt, nonce, to: body.bytes[...])
        datagram += try tag.code(of: datagram[...])
        return datagram
    }
}
