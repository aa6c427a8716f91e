/// One instruction of a program for the kernel's packet filter, "classic BPF" (linux/filter.h; the kernel's
/// Documentation/networking/filter.rst).
package struct FilterInstruction: Equatable, Sendable {
    package let code: UInt16
    package let ifTrue: UInt8
    package let ifFalse: UInt8
    package let value: UInt32

    package init(_ code: UInt16, _ value: UInt32, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0) {
        self.code = code
        self.ifTrue = ifTrue
        self.ifFalse = ifFalse
        self.value = value
    }

    // MARK: Instructions: A is the accumulator, X the index register

    /// Loads the byte at this offset of the packet into A.
    package static func loadByte(at place: UInt32) -> Self { Self(0x30, place) }
    /// Loads the 32-bit word at this offset into A.
    package static func loadWord(at place: UInt32) -> Self { Self(0x20, place) }
    /// Loads the 32-bit word at X plus this offset into A.
    package static func loadWord(atIndexAnd place: UInt32) -> Self { Self(0x40, place) }
    /// Loads a random number of 32 bits into A (linux/filter.h: SKF_AD_OFF + SKF_AD_RANDOM).
    package static let loadRandom = loadWord(at: 0xFFFF_F000 + 56)
    /// Sets X to this number.
    package static func index(_ number: UInt32) -> Self { Self(0x01, number) }
    /// Sets X to the length of the IPv4 header that begins at this offset.
    package static func indexIPv4Header(at place: UInt32) -> Self { Self(0xB1, place) }
    /// Shifts A right by this many bits.
    package static func shiftRight(_ bits: UInt32) -> Self { Self(0x74, bits) }
    /// Skips `skip` instructions if A equals this number, otherwise `other`.
    package static func ifEqual(_ number: UInt32, skip: UInt8 = 0, else other: UInt8 = 0) -> Self {
        Self(0x15, number, ifTrue: skip, ifFalse: other)
    }
    /// Skips `skip` instructions if A is at least this number, otherwise `other`.
    package static func ifAtLeast(_ number: UInt32, skip: UInt8 = 0, else other: UInt8 = 0) -> Self {
        Self(0x35, number, ifTrue: skip, ifFalse: other)
    }
    /// Skips `skip` instructions if A has any of these bits, otherwise `other`.
    package static func ifAny(_ bits: UInt32, skip: UInt8 = 0, else other: UInt8 = 0) -> Self {
        Self(0x45, bits, ifTrue: skip, ifFalse: other)
    }
    /// Skips this many instructions.
    package static func skip(_ count: Int) -> Self { Self(0x05, UInt32(count)) }
    /// Accepts the packet.
    package static let accept = Self(returning, .max)
    /// Drops the packet.
    package static let refuse = Self(returning, 0)

    /// BPF_RET | BPF_K: the value is how many bytes of the packet the kernel keeps.
    private static let returning: UInt16 = 0x06

    /// Joins two programs: a packet passes only if both accept it; the second runs where the first accepts.
    package static func both(_ first: [Self], _ second: [Self]) -> [Self] {
        // The second program keeps as many bytes of a packet as the first one would have kept.
        let taken = first.filter { $0.code == returning }.map(\.value).max() ?? 0
        let end = first.count
        let leading = first.enumerated().map { place, instruction in
            instruction.code == returning && instruction.value != 0 ? .skip(end - place - 1) : instruction
        }
        return leading + second.map { $0 == .accept ? Self(returning, taken) : $0 }
    }
}
