import Base
import Packets

/// The memory layout of a slot, in two parts.
extension AttemptTable {
    /// The part of a slot that usually tells whether it is the right one, and which slot of a full set to free. Zero is
    /// a free slot.
    struct Mark: BitwiseCopyable {
        private static let mostMilliseconds: Milliseconds = (1 << 42) - 1
        /// The number of distinct shares. Doors whose list numbers differ by a multiple of it have one share.
        static let shares = 256
        /// The number of distinct stages.
        static let stages = 32

        /// From the top: 42 bits of milliseconds, 9 bits of a hash of the source, 8 for the share, 5 for the stage.
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

        /// The same mark at another stage.
        func at(stage: Int) -> Mark {
            var mark = self
            mark.bits = bits & ~31 | UInt64(stage & 31)
            return mark
        }

        /// The same mark with another start time, at stage 1.
        func begun(at now: Milliseconds) -> Mark {
            var mark = Mark(source: source, began: now, list: 0, stage: 1)
            mark.bits |= UInt64(share) << 5
            return mark
        }

        /// The 9 bits that marks of this source contain. They need no secret key: a collision costs one more look at a
        /// slot.
        static func of(_ source: IPAddress) -> UInt64 {
            ((source.high ^ source.low) &* 0x9E37_79B9_7F4A_7C15) >> 55
        }
    }

    /// The part of each slot in a set that every look-up reads. The heads of a set are adjacent, since waiting for
    /// memory is most of a packet's cost; the rest of a slot is read only if it is probably the right one.
    struct Head: BitwiseCopyable {
        var mark = Mark()
        /// The neighbours in the door's list, each as the slot's number plus one; zero at the ends.
        var earlier: UInt32 = 0
        var later: UInt32 = 0
    }

    /// The rest of a slot.
    struct Record: BitwiseCopyable {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var list: UInt16 = 0
        /// Wrong packets since the last accepted knock.
        var misses: UInt8 = 0
    }
}
