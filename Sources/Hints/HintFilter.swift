package import Base

/// The live hints as a program for the kernel's packet filter, which drops datagrams that no key can have signed before
/// any process sees them.
package enum HintFilter {
    /// The hint's offset from the start of the UDP header, in bytes.
    private static let hintPlace: UInt32 = 8
    private static let ipv6HeaderLength: UInt32 = 40

    /// A program that accepts datagrams that begin with one of these hints, and drops all others; nil if there are too
    /// many hints.
    ///
    /// It runs on packets that `SignedFilter` accepts: whole UDP datagrams, and IPv6 packets without extension headers.
    ///
    /// - Parameter networkHeader: the offset of the IP header, in bytes.
    package static func program(for hints: [UInt64], networkHeader: UInt32) -> [FilterInstruction]? {
        let groups = Dictionary(grouping: Set(hints)) { UInt32($0 >> 32) }
        guard hints.count <= HintsLimits.hintsInFilter,
            groups.values.allSatisfy({ $0.count <= HintsLimits.hintsAlike })
        else { return nil }
        let place = networkHeader + hintPlace
        let sorted = groups.sorted { $0.key < $1.key }.map { half, hints in
            (half: half, rests: hints.map { UInt32(truncatingIfNeeded: $0) }.sorted())
        }
        return [
            .loadByte(at: networkHeader), .shiftRight(4), .ifEqual(4, else: 2),
            .indexIPv4Header(at: networkHeader), .skip(1),
            .index(ipv6HeaderLength),
            .loadWord(atIndexAnd: place),
        ] + search(sorted[...], rest: place + 4)
    }

    /// A binary search for the first half of the hint: eight steps for 256 hints.
    private static func search(
        _ groups: ArraySlice<(half: UInt32, rests: [UInt32])>, rest: UInt32
    ) -> [FilterInstruction] {
        guard groups.count > 1 else { return groups.first.map { compare($0.half, $0.rests, rest: rest) } ?? [.refuse] }
        let middle = groups.startIndex + groups.count / 2
        let lower = search(groups[..<middle], rest: rest)
        let upper = search(groups[middle...], rest: rest)
        // A conditional jump reaches 255 instructions, an unconditional one any number.
        return [.ifAtLeast(groups[middle].half, else: 1), .skip(lower.count)] + lower + upper
    }

    /// Compares the first half of the hint, then the second half with each of `rests`.
    private static func compare(_ half: UInt32, _ rests: [UInt32], rest: UInt32) -> [FilterInstruction] {
        [.ifEqual(half, else: UInt8(1 + 2 * rests.count)), .loadWord(atIndexAnd: rest)]
            + rests.flatMap { [.ifEqual($0, else: 1), .accept] } + [.refuse]
    }
}
