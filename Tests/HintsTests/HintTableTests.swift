import TestSupport
import Testing

@testable import Hints

struct HintTableTests {
    /// Each generation that a hint can be of.
    private func all(_ table: borrowing HintTable, _ hint: UInt64) -> [Int] {
        var generations: [Int] = []
        let none = table.first(hint) { generation in
            generations.append(generation)
            return false
        }
        #expect(none == nil)
        return generations
    }

    @Test func anEmptyTableHasNoHints() {
        let table = HintTable()
        for hint in [0, 1, .max] as [UInt64] { #expect(table.first(hint) == nil && all(table, hint).isEmpty) }
    }

    @Test func ofFortyThousandHintsEachIsFoundAndNoOther() {
        var random = SeededGenerator.announced()
        var hints: [UInt64: Int] = [:]
        for number in 0..<40_000 { hints[random.next()] = number / 4 }
        let table = HintTable(hints.map { ($0.key, $0.value) })
        for (hint, generation) in hints { #expect(table.first(hint) == generation) }
        for _ in 0..<40_000 {
            let hint = random.next()
            #expect(table.first(hint) == hints[hint])
        }
    }

    @Test func hintsThatFallOnOnePlaceAreToldApart() {
        // Equal in all the bits that choose a place, and at the table's end, where the search goes on at its beginning.
        let hints = (0..<50).map { (hint: $0 << 32 | 0xFFFF_FFFF as UInt64, generation: Int($0)) }
        let table = HintTable(hints)
        for (hint, generation) in hints { #expect(table.first(hint) == generation) }
        #expect(table.first(50 << 32 | 0xFFFF_FFFF) == nil)
    }

    @Test func oneHintMayBeOfSeveralGenerations() {
        let table = HintTable([(7, 3), (7 + 1024, 9), (7, 0), (8, 5), (7, 4)])
        #expect(all(table, 7).sorted() == [0, 3, 4])
        #expect(all(table, 8) == [5])
        #expect(table.first(7) == all(table, 7).first)
        #expect(table.first(7) { $0 == 4 } == 4)
    }

    @Test func theHintOfZerosIsOneLikeOthers() {
        #expect(HintTable([(0, 2)]).first(0) == 2)
        #expect(HintTable([(1, 2)]).first(0) == nil)
    }
}
