/// Which generations a hint can be of. A look-up costs the same whatever the number of hints.
///
/// Hints are the output of HMAC: as random as a hash of them would be, and whoever has not the keys cannot aim at a place.
package struct HintTable: Sendable {
    private struct Place: BitwiseCopyable {
        var hint: UInt64 = 0
        /// One more than the generation's number; 0 is an empty place.
        var generation: UInt32 = 0
    }

    private var places: [Place]
    private let mask: Int

    /// A table of these hints and their generations, which are numbered below 2^32 - 1. One hint may have several.
    package init(_ hints: [(hint: UInt64, generation: Int)] = []) {
        // At most every fourth place is taken.
        var size = 4
        while size < hints.count * 4 { size *= 2 }
        mask = size - 1
        places = [Place](repeating: Place(), count: size)
        for (hint, generation) in hints {
            var index = Int(truncatingIfNeeded: hint) & mask
            while places[index].generation != 0 { index = (index + 1) & mask }
            places[index] = Place(hint: hint, generation: UInt32(generation) + 1)
        }
    }

    /// The first generation that a hint can be of; nil if it is of none.
    package func first(_ hint: UInt64) -> Int? {
        var found: Int?
        forEach(hint) { generation in
            found = generation
            return false
        }
        return found
    }

    /// Calls `body` with each generation that a hint can be of, until it returns false.
    package func forEach(_ hint: UInt64, _ body: (Int) -> Bool) {
        var index = Int(truncatingIfNeeded: hint) & mask
        while places[index].generation != 0 {
            if places[index].hint == hint, !body(Int(places[index].generation) - 1) { return }
            index = (index + 1) & mask
        }
    }
}
