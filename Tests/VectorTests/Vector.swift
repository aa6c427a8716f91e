import Hints
import Doors
import Keys
import Packets

@testable import SignedKnocks

/// One case: a datagram, what the server is and knows when it comes, and what it must say. As a file it is lines of
/// `name = value` (Tests/Vectors/README.md).
struct Vector: Equatable {
    enum Expectation: Equatable {
        case accepted(SignedKnockBody.Operation, door: String, address: IPAddress, seconds: UInt64)
        case refused(step: Int, reason: String)
    }

    var about = ""
    var server = VectorCases.server
    var secret: [UInt8] = VectorCases.secret
    /// Of the generation: `active`, `retiring`, `retired` or `revoked`.
    var state = "active"
    /// The body before it was encrypted; nil where there is no such body.
    var plain: [UInt8]?
    var datagram: [UInt8] = []
    var source = IPAddress(ipv4: 0xC612_0102)
    var isOnLoopback = false
    var now = VectorCases.now
    var window: UInt64 = 30_000
    var doors = [VectorDoor()]
    var floor: UInt64 = 0
    var spent: [SpentKnock] = []
    var expectation = Expectation.refused(step: 0, reason: "")

    /// All fields in their order, the derived values among them.
    func fields(_ keys: WorkingKeys) -> [(name: String, value: String)] {
        var fields = [
            ("key", VectorCases.key), ("server", server), ("secret", Self.hexadecimal(secret)),
            ("hint-key", Self.hexadecimal(keys.hint.copy())), ("encrypt-key", Self.hexadecimal(keys.encrypt.copy())),
            ("tag-key", Self.hexadecimal(keys.tag.copy())), ("id", "\(keys.id)"), ("state", state),
        ]
        if let plain { fields.append(("plain", Self.hexadecimal(plain))) }
        fields += [
            ("datagram", Self.hexadecimal(datagram)), ("source", "\(source)"),
            ("interface", isOnLoopback ? "loopback" : "other"), ("now", "\(now)"), ("window", "\(window)"),
        ]
        fields += doors.map { ("door", $0.text) }
        fields.append(("floor", "\(floor)"))
        fields += spent.map { ("spent", Self.text(of: $0)) }
        switch expectation {
        case .accepted(let operation, let door, let address, let seconds):
            fields += [
                ("expect", "\(operation)"), ("opened-door", door), ("opened-address", "\(address)"),
                ("opened-seconds", "\(seconds)"),
            ]
        case .refused(let step, let reason):
            fields += [("expect", "refused"), ("step", "\(step)"), ("reason", reason)]
        }
        return fields
    }

    /// The file.
    func text() throws -> String {
        "# \(about)\n"
            + (try fields(keys)).map { $0.value.isEmpty ? "\($0.name) =\n" : "\($0.name) = \($0.value)\n" }.joined()
    }

    var keys: WorkingKeys {
        get throws {
            var secret = secret
            guard let server = KeyName(server) else { throw VectorError("no server's name: \(server)") }
            return try WorkingKeys(secret: SecretBytes(taking: &secret), server: server)
        }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func text(of knock: SpentKnock) -> String {
        "\(hexadecimal(knock.nonce.bytes)) \(knock.timestamp) \(knock.door) \(knock.address) \(knock.operation)"
    }
}

/// A door of a vector's server.
struct VectorDoor: Equatable {
    var name = "ssh"
    /// `*` or one key.
    var keys = "*"
    var addressRule = "observed"
    /// A key, or `-` for none.
    var delegate = "-"
    /// The most seconds that a knock gets; the door's own time is as long.
    var seconds: UInt64 = 600
    /// What it has commands for: `open4`, `close4`, `open6`, `close6`.
    var commands = ["open4", "close4", "open6", "close6"]

    var text: String {
        "\(name) keys=\(keys) address=\(addressRule) delegates=\(delegate) seconds=\(seconds) "
            + "commands=\(commands.joined(separator: ","))"
    }

    var entry: AccessPolicy.Entry {
        let keys: SignedDoor.Keys = keys == "*" ? .all : .named(Set([KeyName(keys)].compactMap { $0 }))
        let signed = SignedDoor(
            keys: keys, addressRule: addressRule == "bound" ? .bound : .observed,
            delegates: Set([KeyName(delegate)].compactMap { $0 }.filter { $0.description != "-" }),
            longest: Int64(seconds) * 1000)
        return AccessPolicy.Entry(
            name: name, signed: signed, opensIPv4: commands.contains("open4"), opensIPv6: commands.contains("open6"),
            closesIPv4: commands.contains("close4"), closesIPv6: commands.contains("close6"))
    }
}

struct VectorError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
