import Base
import Packets

/// How a slot of the table lies in memory, in two parts.
extension AttemptTable {
    /// What tells whether a slot is the right one, mostly, and which of a set is to go when the set is full. Zero is a
    /// free slot.
    struct Mark: BitwiseCopyable {
        private static let mostMilliseconds: Milliseconds = (1 << 42) - 1
        /// How many shares are told apart: doors whose lists differ by a multiple of this share one.
        static let shares = 256
        /// Stages are below this.
        static let stages = 32

        /// From the top: 42 bits of milliseconds, 9 that tell sources apart, mostly, 8 for the share and 5 for the stage.
        private var bits: UInt64

        init() { bits = 0 }

        init(source: UInt64, began: Milliseconds, list: UInt16, stage: Int) {
            let began = UInt64(min(max(began, 0), Self.mostMilliseconds))
            bits = began << 22 | source << 13 | (UInt64(list) % UInt64(Self.shares)) << 5 | UInt64(stage & 31)
        }

        var began: Milliseconds { Milliseconds(bits >> 22) }
        var source: UInt64 { bits >> 13 & 0x1FF }
        var share: Int { Int(bits >> 5) & (Self.shares - 1) }
        var stage: Int { Int(bits & 31) }

        /// The same, at another stage.
        func at(stage: Int) -> Mark {
            var mark = self
            mark.bits = bits & ~31 | UInt64(stage & 31)
            return mark
        }

        /// The same, begun at another time, at Stage 1.
        func begun(at now: Milliseconds) -> Mark {
            var mark = Mark(source: source, began: now, list: 0, stage: 1)
            mark.bits |= UInt64(share) << 5
            return mark
        }

        /// What marks of this source have as `source`. No secret: who guesses it costs us one more look at a slot.
        static func of(_ source: IPAddress) -> UInt64 {
            ((source.high ^ source.low) &* 0x9E37_79B9_7F4A_7C15) >> 55
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
        /// Wrong packets since the knock that was accepted last.
        var misses: UInt8 = 0
    }
}
