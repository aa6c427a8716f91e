import Testing

@testable import Doors

struct FadingTableTests {
    @Test func whatIsNotWrittenForAWhileIsForgotten() {
        var table = FadingTable<Int, String>(time: 100)
        table.turn(now: 1000)
        table.write("a", for: 1)
        table.turn(now: 1099)
        table.write("b", for: 2)
        table.turn(now: 1100)
        #expect([table[1], table[2]] == ["a", "b"])
        table.write("c", for: 2)
        #expect(table.count == 2, "none is counted twice")
        table.turn(now: 1200)
        #expect([table[1], table[2]] == [nil, "c"])
        table.turn(now: 1400)
        #expect(table.count == 0)
    }

    @Test func whatIsTakenOutIsGone() {
        var table = FadingTable<Int, Int>(time: 100)
        table.write(7, for: 1)
        #expect(table.remove(1) == 7)
        #expect(table.remove(1) == nil)
        #expect(table.count == 0)
    }
}
