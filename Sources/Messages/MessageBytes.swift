import Base
package import Packets

/// Writes a message between roles: big-endian integers, then zeros up to the channel's message size.
///
/// The message is built in its final memory, so that a key in it leaves no copy behind.
package struct MessageWriter {
    /// The whole message.
    package private(set) var message: [UInt8]
    private var end = 0

    private init(size: Int) { message = [UInt8](repeating: 0, count: size) }

    /// The message of a kind, with what is put behind that.
    ///
    /// - Parameters:
    ///   - kind: one of its conversation, which has one enumeration of them.
    ///   - size: the size of all messages of its channel, in bytes.
    package static func message<Kind: RawRepresentable<UInt8>>(
        _ kind: Kind, size: Int = RoleMessage.size, _ put: (inout MessageWriter) -> Void = { _ in }
    ) -> [UInt8] {
        var writer = MessageWriter(size: size)
        writer.put(kind.rawValue)
        put(&writer)
        return writer.message
    }

    /// The bytes still free.
    package var room: Int { message.count - end }

    package mutating func put<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: Number.bitWidth - 8, through: 0, by: -8) {
            message[end] = UInt8(truncatingIfNeeded: number >> shift)
            end += 1
        }
    }

    package mutating func put(_ flag: Bool) { put(UInt8(flag ? 1 : 0)) }

    package mutating func put(_ address: IPAddress) {
        put(address.high)
        put(address.low)
    }

    package mutating func put(_ bytes: [UInt8]) {
        for byte in bytes { put(byte) }
    }

    /// Writes a text of at most 255 bytes, cut to that length or to the room left in the message.
    package mutating func put(_ text: String) {
        var cut = text.unicodeScalars
        var count = text.utf8.count
        while count > min(255, room - 1), let last = cut.popLast() {
            count -= last.utf8.count
        }
        put(UInt8(count))
        for byte in String(cut).utf8 { put(byte) }
    }
}

/// Reads such a message and trusts nothing: each read past its end returns nil. After the last field, the caller checks
/// `isAtEnd`.
package struct MessageReader {
    private var rest: ArraySlice<UInt8>

    package init(_ message: [UInt8]) {
        rest = message[...]
    }

    package mutating func take<Number: FixedWidthInteger>(_: Number.Type = Number.self) -> Number? {
        let count = Number.bitWidth / 8
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) {
            Number(truncatingIfNeeded: UInt64(truncatingIfNeeded: $0) << 8) | Number(truncatingIfNeeded: $1)
        }
    }

    /// Reads the kind of the message; nil if its conversation has no such kind.
    package mutating func takeKind<Kind: RawRepresentable<UInt8>>(_: Kind.Type = Kind.self) -> Kind? {
        take(UInt8.self).flatMap { Kind(rawValue: $0) }
    }

    package mutating func takeFlag() -> Bool? {
        switch take(UInt8.self) {
        case 0: false
        case 1: true
        default: nil
        }
    }

    package mutating func takeAddress() -> IPAddress? {
        guard let high = take(UInt64.self), let low = take(UInt64.self) else { return nil }
        return IPAddress(high: high, low: low)
    }

    /// The next `count` bytes.
    package mutating func takeBytes(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    package mutating func takeText() -> String? {
        guard let count = take(UInt8.self), rest.count >= Int(count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return String(validating: rest.prefix(Int(count)), as: UTF8.self)
    }

    /// A text that is safe in one log line: no line feeds and no other control characters.
    package mutating func takeLine() -> String? {
        guard let text = takeText(), text.unicodeScalars.allSatisfy(PrintableText.isPrintable) else {
            return nil
        }
        return text
    }

    /// Whether only zeros are left.
    package var isAtEnd: Bool { rest.allSatisfy { $0 == 0 } }
}

/// The properties of all messages between roles.
package enum RoleMessage {
    /// The size in bytes.
    package static let size = MessagesLimits.messageBytes
}
