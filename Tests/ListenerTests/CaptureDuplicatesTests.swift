import Knocks
import Testing

@testable import Listener

struct CaptureDuplicatesTests {
    /// One datagram as a capture sees it.
    private struct Sight {
        let isSigned: Bool
        let interface: UInt32
    }

    private static let all = [
        Sight(isSigned: false, interface: 1), Sight(isSigned: false, interface: 2),
        Sight(isSigned: true, interface: 1), Sight(isSigned: true, interface: 2),
    ]

    private static func orders(of sights: [Sight]) -> [[Sight]] {
        if sights.isEmpty { return [[]] }
        return sights.indices.flatMap { index in
            var others = sights
            let first = others.remove(at: index)
            return orders(of: others).map { [first] + $0 }
        }
    }

    @Test func aDatagramThatBothKindsSeeCountsOnceForEachInWhateverOrder() {
        for order in Self.orders(of: Self.all) {
            var duplicates = CaptureDuplicates(hash: SipHash(key0: 1, key1: 2))
            var counts = (sequences: 0, signed: 0)
            for sight in order {
                if sight.isSigned {
                    if duplicates.ofSigned.isNew(digest: 7, on: sight.interface, at: 0) { counts.signed += 1 }
                } else {
                    if duplicates.ofSequences.isNew(digest: 7, on: sight.interface, at: 0) { counts.sequences += 1 }
                }
            }
            #expect(counts == (1, 1), "\(order)")
        }
    }
}
