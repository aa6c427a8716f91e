import Keys
import TestSupport
import Testing

@testable import Doors

struct DoorQuotaTests {
    /// However many holders share a door, and whatever the others do, each gets a place.
    @Test(arguments: 1...40)
    func everyHolderHasAPlaceOfItsOwn(holders count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let holders = try (0..<count).map { Holder.key(try Sample.key("k\($0)")) }
        for places in [1, 4, 7, 64] {
            let shares = QuotaShares(places: places, holders: count)
            var door = DoorQuota()
            var taken: [Holder: Int] = [:]
            for _ in 0..<400 {
                guard let holder = holders.dropLast().randomElement(using: &random) else { break }
                if Int.random(in: 0..<4, using: &random) == 0, taken[holder] ?? 0 > 0 {
                    door.release(holder)
                    taken[holder, default: 0] -= 1
                } else if door.hasPlace(for: holder, shares) {
                    door.take(holder)
                    taken[holder, default: 0] += 1
                }
                #expect(taken.values.reduce(0, +) <= max(places, count))
            }
            for holder in holders where taken[holder] ?? 0 == 0 {
                let hasPlace = door.hasPlace(for: holder, shares)
                #expect(hasPlace)
            }
        }
    }
}
