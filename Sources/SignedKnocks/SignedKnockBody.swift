import Keys
package import Packets

/// The request of a signed knock, 64 bytes once decrypted (docs/PROTOCOL.md, "The body"):
///
///      0  timestamp   8, milliseconds since 1970-01-01T00:00:00Z
///      8  address    16, all zero is "the source that the server sees"
///     24  seconds     4, 0 is the door's own time
///     28  operation   1
///     29  reserved    3, zero
///     32  door       32, its name, then NUL bytes
package struct SignedKnockBody: Equatable, Sendable {
    /// The requested operation.
    package enum Operation: UInt8, Sendable {
        case open = 1
        case close = 2
    }

    package static let byteCount = 64

    package var timestamp: UInt64
    /// Nil stands for the source address that the server sees.
    package var address: IPAddress?
    package var seconds: UInt32
    package var operation: Operation
    package var door: String

    /// - Parameter door: a name that `isDoorName` accepts; servers refuse others.
    package init(timestamp: UInt64, address: IPAddress?, seconds: UInt32, operation: Operation, door: String) {
        self.timestamp = timestamp
        self.address = address
        self.seconds = seconds
        self.operation = operation
        self.door = door
    }

    /// Whether a text can be the name of a door that accepts signed knocks.
    package static func isDoorName(_ text: String) -> Bool {
        KeyName.isName(text.utf8, longest: SignedKnocksLimits.doorNameBytes)
    }

    /// The 64 bytes; a longer door name is cut.
    package var bytes: [UInt8] {
        let longest = SignedKnocksLimits.doorNameBytes
        let name = Array(door.utf8.prefix(longest))
        return timestamp.bigEndianBytes + (address?.bytes ?? [UInt8](repeating: 0, count: 16)) + seconds.bigEndianBytes
            + [operation.rawValue, 0, 0, 0] + name + [UInt8](repeating: 0, count: longest - name.count)
    }

    /// The timestamp at the start of a decrypted body, whatever follows it.
    static func timestamp(of bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Decodes 64 bytes; throws the reason if they are not a valid body.
    package init(reading bytes: [UInt8]) throws(RejectReason) {
        guard bytes.count == Self.byteCount, let address = IPAddress(bytes: Array(bytes[8..<24])),
            let seconds = UInt32(bigEndianBytes: bytes[24..<28])
        else { throw .length }
        guard let operation = Operation(rawValue: bytes[28]) else { throw .unknownOperation }
        if operation == .close, seconds != 0 { throw .secondsInClose }
        guard bytes[29..<32].allSatisfy({ $0 == 0 }) else { throw .reservedNotZero }
        let name = bytes[32..<64].prefix { $0 != 0 }
        let door = String(decoding: name, as: UTF8.self)
        guard KeyName.isName(name),
            bytes[(32 + name.count)..<64].allSatisfy({ $0 == 0 })
        else { throw .malformedDoor }
        let isZero = address == IPAddress(high: 0, low: 0)
        guard isZero || SignedAddress.isAllowed(address, onLoopback: false) else { throw .addressNotAllowed }
        self.init(
            timestamp: Self.timestamp(of: bytes), address: isZero ? nil : address, seconds: seconds,
            operation: operation, door: door)
    }
}
