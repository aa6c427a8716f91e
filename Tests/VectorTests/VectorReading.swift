import Hints
import Keys
import Packets

@testable import SignedKnocks

/// Reads a vector's file.
extension Vector {
    init(reading text: String) throws {
        let lines = text.split(separator: "\n")
        about = String(lines.first?.dropFirst(2) ?? "")
        doors = []
        var derived: [String: String] = [:]
        var expected: [String: String] = [:]
        for line in lines.dropFirst() {
            let halves = line.split(separator: "=", maxSplits: 1).map { $0.trimmingSpaces }
            guard let name = halves.first else { throw VectorError("no field: \(line)") }
            let value = halves.count == 2 ? halves[1] : ""
            switch name {
            case "key": guard value == VectorCases.key else { throw VectorError("another key: \(value)") }
            case "server": server = value
            case "secret": secret = try Self.bytes(value)
            case "hint-key", "encrypt-key", "tag-key", "id": derived[name] = value
            case "state": state = value
            case "plain": plain = try Self.bytes(value)
            case "datagram": datagram = try Self.bytes(value)
            case "source": source = try Self.address(value)
            case "interface": isOnLoopback = value == "loopback"
            case "now": now = try Self.number(value)
            case "window": window = try Self.number(value)
            case "door": doors.append(try VectorDoor(reading: value))
            case "floor": floor = try Self.number(value)
            case "spent": spent.append(try Self.spent(value, generation: keys.id))
            case "expect", "opened-door", "opened-address", "opened-seconds", "step", "reason": expected[name] = value
            default: throw VectorError("no such field: \(name)")
            }
        }
        let keys = try keys
        guard
            derived == [
                "hint-key": Self.hexadecimal(keys.hint.copy()), "encrypt-key": Self.hexadecimal(keys.encrypt.copy()),
                "tag-key": Self.hexadecimal(keys.tag.copy()), "id": "\(keys.id)",
            ]
        else { throw VectorError("other values follow from the secret") }
        expectation = try Self.expectation(expected)
    }

    private static func expectation(_ fields: [String: String]) throws -> Expectation {
        if fields["expect"] == "refused", let step = fields["step"].flatMap({ Int($0) }), let reason = fields["reason"]
        {
            return .refused(step: step, reason: reason)
        }
        guard let operation = operation(fields["expect"] ?? ""), let door = fields["opened-door"] else {
            throw VectorError("it does not say what is expected")
        }
        return .accepted(
            operation, door: door, address: try address(fields["opened-address"] ?? ""),
            seconds: try number(fields["opened-seconds"] ?? ""))
    }

    private static func spent(_ value: String, generation: GenerationID) throws -> SpentKnock {
        let words = value.split(separator: " ").map(String.init)
        guard words.count == 5, let nonce = Nonce(bytes: try bytes(words[0])), let operation = operation(words[4])
        else { throw VectorError("no spent knock: \(value)") }
        return SpentKnock(
            generation: generation, nonce: nonce, timestamp: try number(words[1]), door: words[2],
            address: try address(words[3]), operation: operation)
    }

    private static func operation(_ word: String) -> SignedKnockBody.Operation? {
        switch word {
        case "open": .open
        case "close": .close
        default: nil
        }
    }

    private static func address(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else { throw VectorError("no address: \(text)") }
        return address
    }

    private static func number(_ text: String) throws -> UInt64 {
        guard let number = UInt64(text) else { throw VectorError("no number: \(text)") }
        return number
    }

    static func bytes(_ text: String) throws -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == text.count, digits.count % 2 == 0 else { throw VectorError("no bytes: \(text)") }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}

extension VectorDoor {
    fileprivate init(reading text: String) throws {
        let words = text.split(separator: " ").map(String.init)
        let values = words.dropFirst().compactMap { $0.split(separator: "=").last.map(String.init) }
        guard values.count == 5, let seconds = UInt64(values[3]) else { throw VectorError("no door: \(text)") }
        self.init(
            name: words[0], keys: values[0], addressRule: values[1], delegate: values[2], seconds: seconds,
            commands: values[4].split(separator: ",").map(String.init))
        guard self.text == text else { throw VectorError("no door: \(text)") }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
