import Base
package import Hints

/// Remembers knocks that were spent, as far as there is room, so that their replays need not be passed on.
///
/// It may forget any knock at any time: a knock that it contains was spent, and one that it does not contain may have
/// been. A set of eight entries, chosen by the nonce, keeps the last eight knocks that came to it. The table is at most
/// 1.6 MiB, touched only where it is used.
package struct SpentMemory: ~Copyable {
    /// The number of knocks for which there is room.
    package static let capacity = sets * ways
    private static let sets = SignedKnocksLimits.rememberedSets
    private static let ways = 8

    private struct Place: BitwiseCopyable {
        let high: UInt64
        let low: UInt64
        /// The generation's number plus one; 0 is an empty entry.
        let generation: UInt32
    }

    private let places = ZeroedMemory<Place>(count: capacity)
    /// The entry of each set that is written next.
    private let next = ZeroedMemory<UInt8>(count: sets)

    package init() {}

    /// Remembers a knock that was spent, or refused for a rate. Never pass one that was refused for another reason: it
    /// may be valid when it comes again.
    ///
    /// - Parameter generation: its number, below 2^32 - 1. When numbers change their meaning, use a new memory.
    package mutating func insert(generation: Int, nonce: Nonce) {
        guard !contains(generation: generation, nonce: nonce) else { return }
        let set = Self.set(of: nonce)
        let way = Int(next[set])
        places[set * Self.ways + way] = Place(high: nonce.high, low: nonce.low, generation: UInt32(generation) + 1)
        next[set] = UInt8((way + 1) % Self.ways)
    }

    /// Whether this knock is known to have been spent.
    package func contains(generation: Int, nonce: Nonce) -> Bool {
        let first = Self.set(of: nonce) * Self.ways
        return (first..<first + Self.ways).contains { index in
            let place = places[index]
            return place.low == nonce.low && place.high == nonce.high && Int(place.generation) == generation + 1
        }
    }

    private static func set(of nonce: Nonce) -> Int { Int(nonce.low % UInt64(sets)) }
}
