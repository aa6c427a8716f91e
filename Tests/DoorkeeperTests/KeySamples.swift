import Keys
import Testing

@testable import Configuration

/// Keys and configurations to test with.
enum KeySamples {
    static func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

    /// A key with a generation of each state; each name has secrets of its own.
    static func key(
        _ name: String, _ states: KeyGeneration.State..., created: UnixSeconds = 0, server: String = "gw"
    ) throws -> Key {
        let server = try Self.name(server)
        let seed = name.utf8.reduce(0 as UInt8, &+)
        var generations: [KeyGeneration] = []
        for (place, state) in states.enumerated() {
            var bytes = [UInt8](repeating: seed, count: 31) + [UInt8(place + 1)]
            let secret = SecretBytes(taking: &bytes)
            generations.append(
                KeyGeneration(
                    number: place + 1, id: try GenerationID(of: secret, server: server), secret: secret,
                    created: created, state: state))
        }
        return Key(name: try Self.name(name), server: server, generations: generations)
    }

    /// A configuration with one door, which these keys open.
    static func text(keys: String = "*", directory: String = "/keys") -> String {
        """
        [options]
        KeyDirectory = \(directory)
        [ssh]
        keys = \(keys)
        start_command = open %IP%
        stop_command = close %IP%

        """
    }

    static func configuration(_ text: String = KeySamples.text()) throws -> Configuration {
        let outcome = ConfigurationReader.read(Array(text.utf8), file: "a.conf")
        return try #require(outcome.configuration, "\(outcome.diagnostics)")
    }
}
