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

    // MARK: What a program is made of: A is what was loaded, X an index

    /// A is the byte at this place of the packet.
    package static func loadByte(at place: UInt32) -> Self { Self(0x30, place) }
    /// A is the word of 32 bits at this place.
    package static func loadWord(at place: UInt32) -> Self { Self(0x20, place) }
    /// A is the word of 32 bits at X and so many bytes.
    package static func loadWord(atIndexAnd place: UInt32) -> Self { Self(0x40, place) }
    /// X is this number.
    package static func index(_ number: UInt32) -> Self { Self(0x01, number) }
    /// X is the length of the IPv4 header that begins at this place.
    package static func indexIPv4Header(at place: UInt32) -> Self { Self(0xB1, place) }
    /// A loses its lowest bits.
    package static func shiftRight(_ bits: UInt32) -> Self { Self(0x74, bits) }
    /// Leaves out so many instructions if A is this number, or if it is not.
    package static func ifEqual(_ number: UInt32, skip: UInt8 = 0, else other: UInt8 = 0) -> Self {
        Self(0x15, number, ifTrue: skip, ifFalse: other)
    }
    /// The same by whether A is at least this number.
    package static func ifAtLeast(_ number: UInt32, skip: UInt8 = 0, else other: UInt8 = 0) -> Self {
        Self(0x35, number, ifTrue: skip, ifFalse: other)
    }
    /// The same by whether A has any of these bits.
    package static func ifAny(_ bits: UInt32, skip: UInt8 = 0, else other: UInt8 = 0) -> Self {
        Self(0x45, bits, ifTrue: skip, ifFalse: other)
    }
    /// Leaves out so many instructions.
    package static func skip(_ count: Int) -> Self { Self(0x05, UInt32(count)) }
    /// The packet passes.
    package static let accept = Self(returning, .max)
    /// It does not.
    package static let refuse = Self(returning, 0)

    /// BPF_RET | BPF_K: so many bytes of the packet are taken.
    private static let returning: UInt16 = 0x06

    /// A program that lets through what both do: where the first one would, the second one decides.
    package static func both(_ first: [Self], _ second: [Self]) -> [Self] {
        // What it takes of a packet is as much as the first one would have taken.
        let taken = first.filter { $0.code == returning }.map(\.value).max() ?? 0
        let end = first.count
        let leading = first.enumerated().map { place, instruction in
            instruction.code == returning && instruction.value != 0 ? .skip(end - place - 1) : instruction
        }
        return leading + second.map { $0 == .accept ? Self(returning, taken) : $0 }
    }
}
