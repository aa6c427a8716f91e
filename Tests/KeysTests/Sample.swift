@testable import Keys

/// Keys for tests.
enum Sample {
    static let now: UnixSeconds = 1_795_341_600

    static func name(_ text: String) -> KeyName {
        guard let name = KeyName(text) else { preconditionFailure("no name") }
        return name
    }

    /// 32 bytes of the same value.
    static func secret(_ byte: UInt8) -> SecretBytes {
        var bytes = [UInt8](repeating: byte, count: 32)
        return SecretBytes(taking: &bytes)
    }

    /// A generation whose secret is its number, 32 times.
    static func generation(
        _ number: Int, _ state: KeyGeneration.State = .active, server: String = "gw.example.org"
    ) throws -> KeyGeneration {
        let secret = secret(UInt8(truncatingIfNeeded: number))
        return KeyGeneration(
            number: number, id: try GenerationID(of: secret, server: name(server)), secret: secret, created: now,
            state: state)
    }

    static func key(_ states: KeyGeneration.State...) throws -> Key {
        Key(
            name: name("laptop"), server: name("gw.example.org"),
            generations: try states.enumerated().map { try generation($0 + 1, $1) })
    }
}
