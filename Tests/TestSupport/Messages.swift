import Messages

/// Builds messages as bytes.
package enum Bytes {
    /// The bytes, padded with zeros to the size of all messages.
    package static func message(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: RoleMessage.size - bytes.count)
    }

    /// The message with another byte at one place.
    package static func replacing(_ place: Int, in message: [UInt8], by byte: UInt8) -> [UInt8] {
        var changed = message
        changed[place] = byte
        return changed
    }
}

/// Random messages, such as a broken or hostile role may send.
package struct RandomMessages {
    private let kinds: UInt8
    private let good: [[UInt8]]
    private let pool: [UInt8]
    private var random: SeededGenerator

    /// - Parameters:
    ///   - kinds: the highest valid kind.
    ///   - good: messages to damage.
    package init(kinds: UInt8, good: [[UInt8]], seed: UInt64) {
        self.kinds = kinds
        self.good = good
        var random = SeededGenerator(seed: seed)
        pool = (0..<20_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        self.random = random
    }

    /// A message of up to 300 bytes: random throughout, or a good one cut short, or one with a few bytes changed.
    package mutating func next() -> [UInt8] {
        switch random.next() % 4 {
        case 0:
            let start = below(pool.count - 300)
            var bytes = Array(pool[start..<start + below(301)])
            if !bytes.isEmpty { bytes[0] %= kinds + 2 }
            return bytes
        case 1:
            return Array(good[below(good.count)][..<below(257)])
        default:
            var message = good[below(good.count)]
            for _ in 0...below(3) {
                message[below(256)] = UInt8(truncatingIfNeeded: random.next())
                message[below(40)] = UInt8(truncatingIfNeeded: random.next())
            }
            return message
        }
    }

    private mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
}
