import Base
package import Hints

/// Remembers knocks that were spent, as many as there is room for, so that their replays need not be asked about again.
///
/// It forgets whenever it likes: what it knows was spent, what it does not know may have been. A set of eight places,
/// chosen by the nonce, keeps the last eight knocks that came to it. Memory is taken as it is used, 1.6 MiB at most.
package struct SpentMemory: ~Copyable {
    /// How many knocks there is room for.
    package static let capacity = sets * ways
    private static let sets = SignedKnocksLimits.rememberedSets
    private static let ways = 8

    private struct Place: BitwiseCopyable {
        let high: UInt64
        let low: UInt64
        /// One more than the generation's number; 0 is an empty place.
        let generation: UInt32
    }

    private let places = ZeroedMemory<Place>(count: capacity)
    /// Which place of each set is written next.
    private let next = ZeroedMemory<UInt8>(count: sets)

    package init() {}

    /// Remembers a knock that was spent, or refused for a rate; never one that was refused for another reason, which may
    /// come again and be good.
    ///
    /// - Parameter generation: its number, below 2^32 - 1. When numbers get another meaning, another memory begins.
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
