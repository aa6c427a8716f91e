/// Maps each live hint to the generations that it can belong to. A look-up costs the same for any number of hints, and
/// allocates nothing.
///
/// Hints are the output of HMAC, so they need no further hash: without the keys a sender cannot aim at a slot of the
/// table.
package struct HintTable: ~Copyable {
    private struct Place: BitwiseCopyable {
        var hint: UInt64 = 0
        /// The generation's number plus one; 0 is an empty slot.
        var generation: UInt32 = 0
    }

    private var places: [Place]
    private let mask: Int
    /// One bit for each hint, found by its low bits. With 10,000 keys these are 64 KiB and stay in the processor's
    /// cache, where the table itself (4 MiB) does not. They reject almost all junk.
    private var marks: [UInt64]

    /// A table of these hints. Their generations are numbered below 2^32 - 1, and one hint may belong to several.
    package init(_ hints: [(hint: UInt64, generation: Int)] = []) {
        // At most a quarter of the slots are in use.
        var size = 4
        while size < hints.count * 4 { size *= 2 }
        mask = size - 1
        places = [Place](repeating: Place(), count: size)
        marks = [UInt64](repeating: 0, count: max(size * 2 / UInt64.bitWidth, 1))
        for (hint, generation) in hints {
            var index = Int(truncatingIfNeeded: hint) & mask
            while places[index].generation != 0 { index = (index + 1) & mask }
            places[index] = Place(hint: hint, generation: UInt32(generation) + 1)
            marks[word(of: hint)] |= bit(of: hint)
        }
    }

    /// The first generation that a hint can belong to; nil if there is none.
    package func first(_ hint: UInt64) -> Int? {
        guard marks[word(of: hint)] & bit(of: hint) != 0 else { return nil }
        return find(hint, from: Int(truncatingIfNeeded: hint) & mask)?.generation
    }

    /// The first of the hint's generations that the closure accepts; nil if there is none.
    package func first<Failure>(
        _ hint: UInt64, where isRight: (_ generation: Int) throws(Failure) -> Bool
    ) throws(Failure) -> Int? {
        var start = Int(truncatingIfNeeded: hint) & mask
        while let found = find(hint, from: start) {
            if try isRight(found.generation) { return found.generation }
            start = (found.index + 1) & mask
        }
        return nil
    }

    /// The hints that can belong to one of these generations, and the generation; in no order. It looks at the whole
    /// table.
    package func hints(of generations: Set<Int>) -> [(hint: UInt64, generation: Int)] {
        places.compactMap { place in
            let generation = Int(place.generation) - 1
            return generations.contains(generation) ? (place.hint, generation) : nil
        }
    }

    private func word(of hint: UInt64) -> Int { Int(truncatingIfNeeded: hint / 64) & (marks.count - 1) }
    private func bit(of hint: UInt64) -> UInt64 { 1 << (hint % 64) }

    /// The first generation of a hint in a slot from this one on, up to the next empty slot.
    private func find(_ hint: UInt64, from start: Int) -> (index: Int, generation: Int)? {
        var index = start
        while places[index].generation != 0 {
            if places[index].hint == hint { return (index, Int(places[index].generation) - 1) }
            index = (index + 1) & mask
        }
        return nil
    }
}
