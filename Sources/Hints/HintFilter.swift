package import Base

/// The rules for hints as a program for the kernel's packet filter. It drops, before any process sees them, datagrams
/// that no key can have signed, and most of those that flood under one key's hint.
package enum HintFilter {
    /// The hint's offset from the start of the UDP header, in bytes.
    private static let hintPlace: UInt32 = 8
    private static let ipv6HeaderLength: UInt32 = 40

    /// A program that drops datagrams as these rules say; nil if they have too many hints.
    ///
    /// It runs on packets that `SignedFilter` accepts: whole UDP datagrams, and IPv6 packets without extension headers.
    ///
    /// - Parameter networkHeader: the offset of the IP header, in bytes.
    package static func program(for rules: HintRules, networkHeader: UInt32) -> [FilterInstruction]? {
        let hints = Set(rules.only ?? []).union(rules.thinned.keys)
        let groups = Dictionary(grouping: hints) { UInt32($0 >> 32) }
        guard rules.only?.count ?? 0 <= HintsLimits.hintsInFilter, rules.thinned.count <= HintsLimits.hintsThinned,
            groups.values.allSatisfy({ $0.count <= HintsLimits.hintsAlike })
        else { return nil }
        let place = networkHeader + hintPlace
        let search = Search(rules: rules, rest: place + 4)
        return [
            .loadByte(at: networkHeader), .shiftRight(4), .ifEqual(4, else: 2),
            .indexIPv4Header(at: networkHeader), .skip(1),
            .index(ipv6HeaderLength),
            .loadWord(atIndexAnd: place),
        ] + search.program(for: groups.sorted { $0.key < $1.key }.map { ($0, $1.sorted()) }[...])
    }

    /// The part of the program that finds the hint; A is its first half.
    private struct Search {
        typealias Group = (half: UInt32, hints: [UInt64])

        let rules: HintRules
        /// The offset of the hint's second half from X.
        let rest: UInt32

        private var otherwise: FilterInstruction { rules.only == nil ? .accept : .refuse }

        /// A binary search for the first half of the hint: eight steps for 256 hints.
        func program(for groups: ArraySlice<Group>) -> [FilterInstruction] {
            guard groups.count > 1 else { return groups.first.map(compare) ?? [otherwise] }
            let middle = groups.startIndex + groups.count / 2
            let lower = program(for: groups[..<middle])
            let upper = program(for: groups[middle...])
            // A conditional jump reaches 255 instructions, an unconditional one any number.
            return [.ifAtLeast(groups[middle].half, else: 1), .skip(lower.count)] + lower + upper
        }

        /// Compares the first half of the hint, then the second half with that of each of the group.
        private func compare(_ group: Group) -> [FilterInstruction] {
            let cases = group.hints.flatMap { hint in
                let passing = self.passing(hint)
                return [.ifEqual(UInt32(truncatingIfNeeded: hint), else: UInt8(passing.count))] + passing
            }
            return [.ifEqual(group.half, skip: 1), otherwise, .loadWord(atIndexAnd: rest)] + cases + [otherwise]
        }

        /// Passes a datagram with this hint, or one in 2^n.
        private func passing(_ hint: UInt64) -> [FilterInstruction] {
            guard let bits = rules.thinned[hint] else { return [.accept] }
            return [.loadRandom, .ifAny(1 << UInt32(bits) - 1, else: 1), .refuse, .accept]
        }
    }
}
