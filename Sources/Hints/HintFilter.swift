package import Base

/// The live hints as a program for the kernel's packet filter: with it, a datagram that no key can have signed ends before
/// any process hears of it.
package enum HintFilter {
    /// In bytes, from where a datagram's UDP header begins.
    private static let hintPlace: UInt32 = 8
    private static let ipv6HeaderLength: UInt32 = 40

    /// Lets through datagrams that begin with one of these hints, and no others; nil if the hints are too many.
    ///
    /// It is for what `SignedFilter` lets through: whole UDP datagrams, in IPv6 packets without extension headers.
    /// - Parameter networkHeader: where the IP header begins, in bytes.
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

    /// A binary search for the half of a hint that is loaded: eight steps for 256.
    private static func search(
        _ groups: ArraySlice<(half: UInt32, rests: [UInt32])>, rest: UInt32
    ) -> [FilterInstruction] {
        guard groups.count > 1 else { return groups.first.map { compare($0.half, $0.rests, rest: rest) } ?? [.refuse] }
        let middle = groups.startIndex + groups.count / 2
        let lower = search(groups[..<middle], rest: rest)
        let upper = search(groups[middle...], rest: rest)
        // Conditional jumps reach 255 instructions, others all.
        return [.ifAtLeast(groups[middle].half, else: 1), .skip(lower.count)] + lower + upper
    }

    /// Whether it is this half, and one of these follows.
    private static func compare(_ half: UInt32, _ rests: [UInt32], rest: UInt32) -> [FilterInstruction] {
        [.ifEqual(half, else: UInt8(1 + 2 * rests.count)), .loadWord(atIndexAnd: rest)]
            + rests.flatMap { [.ifEqual($0, else: 1), .accept] } + [.refuse]
    }
}
