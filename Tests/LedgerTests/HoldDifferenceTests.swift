import Doors
import Keys
import TestSupport
import Testing

@testable import Ledger

/// Which holds of an opening have to be written.
struct HoldDifferenceTests {
    /// One key's hold, told from others by a number; the sequence's has the number 0.
    private func hold(_ number: Int, deadline: Int64 = 5) throws -> Hold {
        if number == 0 { return Hold(holder: .sequence, generation: nil, openFor: 1, deadline: deadline) }
        return Hold(
            holder: .key(try #require(KeyName("key\(number % 3)"))), generation: generation(UInt64(number)), openFor: 1,
            deadline: deadline)
    }

    private func difference(_ former: [Hold], _ holds: [Hold]) -> [[Hold]] {
        let difference = HoldDifference(from: former, to: holds)
        return [difference.changed, difference.gone]
    }

    @Test func nothingHasChanged() throws {
        let holds = try (0..<5).map { try hold($0) }
        #expect(difference(holds, holds) == [[], []])
        #expect(difference([], []) == [[], []])
        #expect(difference(holds, holds.reversed()) == [[], []], "their order is nobody's")
    }

    @Test func oneWasExtendedOneJoinedAndOneIsGone() throws {
        let holds = try (0..<5).map { try hold($0) }
        let extended = try hold(2, deadline: 9)
        #expect(difference(holds, holds[..<2] + [extended] + holds[3...]) == [[extended], []])
        #expect(difference(Array(holds.dropLast()), holds) == [[holds[4]], []])
        #expect(difference(holds, Array(holds.dropFirst())) == [[], [holds[0]]])
        #expect(difference(holds, [holds[0], extended] + holds[3...]) == [[extended], [holds[1]]])
    }

    @Test func theSameKeysOtherGenerationIsAnotherOwner() throws {
        let (first, second) = (try hold(1), try hold(4))
        #expect(first.holder == second.holder)
        #expect(difference([first], [second]) == [[second], [first]])
    }

    @Test func allOfThemHaveChanged() throws {
        let (former, holds) = (try (0..<4).map { try hold($0) }, try (0..<4).map { try hold($0, deadline: 9) })
        #expect(difference(former, holds) == [holds, []])
        #expect(difference([], holds) == [holds, []])
        #expect(HoldDifference(from: former, to: []).gone.count == 4)
    }

    /// Whatever happens to a list, what is written makes the new one of the former one.
    @Test func whatIsWrittenMakesTheNewList() throws {
        var random = SeededGenerator.announced()
        for _ in 0..<500 {
            let former = try (0..<8).filter { _ in Bool.random(using: &random) }.map { try hold($0) }
            let holds = try (0..<8).filter { _ in Bool.random(using: &random) }
                .map { try hold($0, deadline: .random(in: 4...6, using: &random)) }.shuffled(using: &random)
            let difference = HoldDifference(from: former, to: holds)
            var made = former
            for hold in difference.gone + difference.changed {
                made.removeAll { $0.holder == hold.holder && $0.generation == hold.generation }
            }
            made += difference.changed
            #expect(made.count == holds.count && holds.allSatisfy(made.contains))
            #expect(difference.changed.allSatisfy { !former.contains($0) })
        }
    }
}
