import Linux
import Packets

/// How a slot of the table lies in memory, in two parts.
extension AttemptTable {
    /// What tells whether a slot is the right one, mostly, and which of a set began first. Zero is a free slot.
    struct Mark: BitwiseCopyable {
        private static let mostMilliseconds: Milliseconds = (1 << 44) - 1

        /// From the top: 44 bits of milliseconds, 14 that tell sources apart, mostly, and 6 for the stage.
        private let bits: UInt64

        init() { bits = 0 }

        init(source: UInt64, began: Milliseconds, stage: Int) {
            let began = UInt64(min(max(began, 0), Self.mostMilliseconds))
            bits = began << 20 | source << 6 | UInt64(stage & 63)
        }

        var began: Milliseconds { Milliseconds(bits >> 20) }
        var source: UInt64 { bits >> 6 & 0x3FFF }
        var stage: Int { Int(bits & 63) }

        /// What marks of this source have as `source`. No secret: who guesses it costs us one more look at a slot.
        static func of(_ source: IPAddress) -> UInt64 {
            ((source.high ^ source.low) &* 0x9E37_79B9_7F4A_7C15) >> 50
        }
    }

    /// What is looked at of each slot of a set. They lie side by side, since a packet costs mostly the time that the
    /// processor waits for memory; the rest of a slot is only read if it is the right one.
    struct Head: BitwiseCopyable {
        var mark = Mark()
        /// Neighbours in the door's list: the slot's number plus one, zero at the ends.
        var earlier: UInt32 = 0
        var later: UInt32 = 0
    }

    /// The rest of a slot.
    struct Record: BitwiseCopyable {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var list: UInt16 = 0
    }
}
