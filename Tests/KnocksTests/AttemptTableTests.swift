import Base
import Packets
import TestSupport
import Testing

@testable import Knocks

struct AttemptTableTests {
    private func table(capacity: Int = 1024, ways: Int = 16, doors: Int = 4, key: UInt64 = 1) -> AttemptTable {
        AttemptTable(capacity: capacity, ways: ways, doors: doors, hash: SipHash(key0: key, key1: 2))
    }

    /// Begins an attempt for which there is room.
    @discardableResult
    private func begin(_ table: inout AttemptTable, _ number: Int, at door: Int = 0, now: Milliseconds = 0) throws
        -> AttemptTable.Slot
    {
        let range = table.slots(for: source(number))
        table.begin(source(number), at: door, in: range, now: now)
        let slot = table.find(source(number), at: door, in: range)
        return try #require(slot)
    }

    /// Removes a door's attempts, oldest first, and tells whose they were.
    private func drain(_ table: inout AttemptTable, door: Int = 0) -> [IPAddress] {
        var sources: [IPAddress] = []
        while let slot = table.oldest(at: door) {
            sources.append(table[slot].source)
            table.remove(slot)
        }
        return sources
    }

    @Test(arguments: [(1, 16), (16, 16), (17, 32), (1000, 1024), (1024, 1024), (1025, 2048)])
    func allSlotsTogetherAreTheCapacityRoundedUp(capacity: Int, slots: Int) {
        let table = table(capacity: capacity)
        let ranges = Set((0..<2000).map { table.slots(for: source($0)) })
        #expect(ranges.map(\.upperBound).max() == slots)
        #expect(ranges.allSatisfy { $0.count == 16 && $0.lowerBound % 16 == 0 && $0.lowerBound >= 0 })
        #expect(ranges.count == slots / 16)
    }

    @Test func anAttemptTakesFortyBytes() {
        #expect(MemoryLayout<AttemptTable.Head>.stride + MemoryLayout<AttemptTable.Record>.stride == 40)
        #expect(KnocksLimits.attempts * 40 == 10 << 20)
    }

    @Test func aSourceHasItsSetAndAnotherKeyMovesIt() {
        let one = table(key: 1)
        let same = table(key: 1)
        let other = table(key: 9)
        let sources = (0..<100).map(source)
        #expect(sources.allSatisfy { one.slots(for: $0) == same.slots(for: $0) })
        #expect(sources.count { one.slots(for: $0) == other.slots(for: $0) } < 20)
    }

    @Test func anEmptyTableHasNoAttemptNotEvenOfTheZeroAddress() {
        let table = table()
        let zero = IPAddress(high: 0, low: 0)
        #expect(table.find(zero, at: 0, in: table.slots(for: zero)) == nil)
        #expect(table.count == 0)
        #expect((0..<4).allSatisfy { table.oldest(at: $0) == nil })
    }

    @Test func anAttemptBeginsAtStageOne() throws {
        var table = table()
        let slot = try begin(&table, 7, at: 3, now: 1234)
        #expect(table[slot].source == source(7))
        #expect(table.door(of: slot) == 3)
        #expect(table[slot].stage == 1)
        #expect(table[slot].began == 1234)
        #expect(table.count == 1)
        #expect(table.oldest(at: 3) == slot)
        #expect(table.oldest(at: 0) == nil)
    }

    @Test func attemptsOfOneSourceAtSeveralDoorsAreApart() throws {
        var table = table()
        let slots = try (0..<4).map { try begin(&table, 7, at: $0) }
        #expect(Set(slots).count == 4)
        table.remove(slots[1])
        let range = table.slots(for: source(7))
        #expect((0..<4).map { table.find(source(7), at: $0, in: range) } == [slots[0], nil, slots[2], slots[3]])
    }

    @Test func advancingChangesTheStageAlone() throws {
        var table = table()
        let slot = try begin(&table, 7, now: 5)
        table.advance(slot)
        table.advance(slot)
        #expect(table[slot].stage == 3)
        #expect(table[slot].began == 5)
        #expect(table.oldest(at: 0) == slot)
    }

    @Test func aRemovedAttemptLeavesNothing() throws {
        var table = table()
        let slot = try begin(&table, 7)
        table.remove(slot)
        #expect(table.find(source(7), at: 0, in: table.slots(for: source(7))) == nil)
        #expect(table[slot].stage == 0)
        #expect(table[slot].source == IPAddress(high: 0, low: 0))
        #expect(table.count == 0)
        #expect(table.oldest(at: 0) == nil)
    }

    @Test func attemptsAtADoorAreInTheOrderTheyBegan() throws {
        var table = table()
        for number in 0..<20 { try begin(&table, number, at: number % 2, now: Milliseconds(number)) }
        #expect(drain(&table, door: 0) == stride(from: 0, to: 20, by: 2).map(source))
        #expect(drain(&table, door: 1) == stride(from: 1, to: 20, by: 2).map(source))
        #expect(table.count == 0)
    }

    @Test(arguments: [0, 1, 4])
    func removingFromAnyPlaceKeepsTheOrder(place: Int) throws {
        var table = table()
        let slots = try (0..<5).map { try begin(&table, $0) }
        table.remove(slots[place])
        #expect(drain(&table) == (0..<5).filter { $0 != place }.map(source))
    }

    @Test(arguments: [0, 2, 4])
    func aRestartedAttemptIsTheYoungest(place: Int) throws {
        var table = table()
        let slots = try (0..<5).map { try begin(&table, $0, now: 1) }
        table.advance(slots[place])
        table.restart(slots[place], now: 9)
        #expect(table[slots[place]].stage == 1)
        #expect(table[slots[place]].began == 9)
        #expect(table.count == 5)
        #expect(drain(&table) == ((0..<5).filter { $0 != place } + [place]).map(source))
    }

    @Test func aFullSetGivesUpTheOldestAttemptOfTheDoorWithMost() throws {
        var table = table(capacity: 4, ways: 4)
        for (number, door) in [0, 1, 1, 2].enumerated() {
            try begin(&table, number, at: door, now: Milliseconds(number))
        }
        try begin(&table, 4, at: 2, now: 20)
        #expect(table.count == 4)
        #expect(drain(&table, door: 0) == [source(0)])
        #expect(drain(&table, door: 1) == [source(2)])
        #expect(drain(&table, door: 2) == [source(3), source(4)])
    }

    @Test func ofItsAttemptsTheOldestOfTheStageWithMostGoes() throws {
        var table = table(capacity: 4, ways: 4)
        for number in 0..<4 {
            let slot = try begin(&table, number, now: Milliseconds(number))
            if number == 0 || number == 3 { table.advance(slot) }
            if number == 3 { table.advance(slot) }
        }
        try begin(&table, 4, now: 20)
        #expect(drain(&table) == [source(0), source(2), source(3), source(4)])
    }

    @Test func whereAllAreAtOneLateStageTheOldestOfThemGoes() throws {
        var table = table(capacity: 4, ways: 4)
        for number in 0..<4 { table.advance(try begin(&table, number, now: Milliseconds(number))) }
        try begin(&table, 4, at: 1, now: 99)
        #expect(table.count == 4)
        #expect(drain(&table) == (1..<4).map(source))
        #expect(drain(&table, door: 1) == [source(4)])
    }

    @Test func eachOfManyDoorsWithOneAttemptIsWorthTheSame() throws {
        var table = table(capacity: 4, ways: 4, doors: 8)
        for number in 0..<4 { try begin(&table, number, at: number, now: Milliseconds(number)) }
        try begin(&table, 4, at: 7, now: 9)
        #expect((0..<8).map { table.oldest(at: $0) != nil } == [false, true, true, true, false, false, false, true])
    }

    @Test func wrongPacketsAreCountedUntilTheNextKnock() throws {
        var table = table()
        let slot = try begin(&table, 7)
        #expect((1...300).map { _ in table.miss(slot) }.suffix(2) == [255, 255])
        table.forgive(slot)
        #expect(table.miss(slot) == 1)
        table.advance(slot)
        #expect(table.miss(slot) == 1)
        table.restart(slot, now: 1)
        #expect(table.miss(slot) == 1)
        #expect(table.door(of: slot) == 0)
    }

    @Test func aTableThatBeginsAnewIsEmptyAndAsLarge() throws {
        var table = table(capacity: 1024)
        for number in 0..<100 { try begin(&table, number, at: number % 4) }
        table.begin(anewWith: 32, doors: 9)
        #expect(table.ways == 32 && table.count == 0)
        #expect((0..<9).allSatisfy { table.oldest(at: $0) == nil })
        let ranges = (0..<2000).map { table.slots(for: source($0)) }
        #expect(ranges.allSatisfy { $0.count == 32 } && ranges.map(\.upperBound).max() == 1024)
        for number in 0..<100 { try begin(&table, number, at: 8) }
        #expect(drain(&table, door: 8) == (0..<100).map(source))
    }

    @Test func anyOrderOfChangesKeepsTheLists() throws {
        var random = SeededGenerator.announced()
        var table = table(capacity: 65536)
        var order: [[(source: IPAddress, slot: AttemptTable.Slot)]] = [[], [], []]
        for step in 0..<3000 {
            let door = Int.random(in: 0..<3, using: &random)
            let place = order[door].isEmpty ? nil : Int.random(in: 0..<order[door].count, using: &random)
            switch (Int.random(in: 0..<4, using: &random), place) {
            case (0, let place?):
                table.remove(order[door].remove(at: place).slot)
            case (1, let place?):
                let attempt = order[door].remove(at: place)
                table.restart(attempt.slot, now: Milliseconds(step))
                order[door].append(attempt)
            case (2, let place?):
                table.advance(order[door][place].slot)
            default:
                let slot = try begin(&table, step, at: door, now: Milliseconds(step))
                order[door].append((source(step), slot))
            }
        }
        #expect(table.count == order.map(\.count).reduce(0, +))
        for door in 0..<3 { #expect(drain(&table, door: door) == order[door].map(\.source)) }
        #expect(table.count == 0)
    }
}

extension AttemptTable {
    /// The attempt of a source at a door, if it has one among these slots of its own.
    func find(_ source: IPAddress, at door: Int, in range: Range<Slot>) -> Slot? {
        for slot in range {
            let attempt = self[slot]
            if attempt.stage != 0, attempt.source == source, self.door(of: slot) == door { return slot }
        }
        return nil
    }
}
