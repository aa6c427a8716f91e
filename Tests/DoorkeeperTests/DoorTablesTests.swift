import Doors
import Knocks
import Packets
import Testing

@testable import Doorkeeper

struct DoorTablesTests {
    private func door(_ name: String, _ ports: UInt16...) -> Door {
        let sequence = KnockSequence(ports.map { Knock(.tcp, $0) })
        return Door(
            identity: DoorIdentity(name: name),
            sequence: sequence.map {
                SequenceDoor(sequence: $0, flagRule: TCPFlagRule(), timeout: 1000, target: nil)
            },
            actions: nil, actionsIPv6: nil, openFor: 0, startLimit: nil, stopLimit: 0, reknock: .extend, maxOpenings: 1)
    }

    @Test func doorsAreNumberedInTheirOrderWithoutThoseThatNoSequenceOpens() {
        var tables = DoorTables()
        let told = tables.add([door("a", 1), door("b"), door("c", 3)])
        #expect(told.map(\.sequence.first.port) == [1, 3])
        #expect(tables.entry(1, table: 1)?.identity == DoorIdentity(name: "c"))
        #expect(tables.entry(2, table: 1) == nil)
        #expect(tables.entry(0, table: 2) == nil)
    }

    @Test func aDoorWithSeveralSequencesIsToldOfOnceForEach() {
        let lines = [[1, 2], [1, 3], [1, 2], [4]].compactMap { KnockSequence($0.map { Knock(.tcp, $0) }) }
        let once = Door(
            identity: DoorIdentity(name: "once"),
            sequence: SequenceDoor(sequence: lines[0], flagRule: TCPFlagRule(), timeout: 1000, target: nil),
            oneTimeFile: "/once", laterSequences: Array(lines.dropFirst()), oneTimeWindow: 8, actions: nil,
            actionsIPv6: nil, openFor: 0, startLimit: nil, stopLimit: 0, reknock: .extend, maxOpenings: 1)
        var tables = DoorTables()
        let told = tables.add([door("a", 9), once, door("b", 8)])
        #expect(told.map { $0.sequence.knocks.map(\.port) } == [[9], [1, 2], [1, 3], [4], [8]])
        #expect((1...3).map { tables.entry($0, table: 1)?.identity.name } == ["once", "once", "once"])
        #expect(tables.entry(2, table: 1)?.sequence.sequence == lines[1])
        #expect(once.taking(Array(lines[2...])).upcoming == Array(lines[2...]))
        #expect(once.taking([]).sequences.isEmpty)
    }

    @Test func anOlderTableIsKnownUntilTheListenerGoesByANewerOne() {
        var tables = DoorTables()
        _ = tables.add([door("a", 1)])
        _ = tables.add([door("b", 2)])
        _ = tables.add([door("c", 3)])
        #expect(tables.entry(0, table: 1)?.identity == DoorIdentity(name: "a"))
        #expect(tables.isInUse(2) == true)
        #expect(tables.entry(0, table: 1) == nil)
        #expect(tables.isInUse(1) == false, "it does not go back")
        #expect(tables.entry(0, table: 2) != nil)
        #expect(tables.newest == 3)
    }

    @Test func aTableThatNobodyMadeIsNotInUse() {
        var tables = DoorTables()
        _ = tables.add([])
        #expect(tables.isInUse(2) == false)
        #expect(tables.isInUse(0) == false)
    }

    @Test func aNewListenerKnowsTheNewestTableAlone() {
        var tables = DoorTables()
        _ = tables.add([door("a", 1)])
        _ = tables.add([door("b", 2)])
        tables.forgetPast()
        #expect(tables.entry(0, table: 1) == nil)
        #expect(tables.entry(0, table: 2) != nil)
    }
}
