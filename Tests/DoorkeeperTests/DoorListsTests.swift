import Doors
import Knocks
import Packets
import Testing

@testable import Doorkeeper

struct DoorListsTests {
    @Test func doorsAreNumberedInTheirOrderWithoutThoseThatNoSequenceOpens() {
        var lists = DoorLists()
        let told = lists.add([RoleSamples.door("a", 1), RoleSamples.door("b"), RoleSamples.door("c", 3)])
        #expect(told.map(\.sequence.first.port) == [1, 3])
        #expect(lists.entry(1, doorList: 1)?.identity == DoorIdentity(name: "c"))
        #expect(lists.entry(2, doorList: 1) == nil)
        #expect(lists.entry(0, doorList: 2) == nil)
    }

    @Test func aDoorWithSeveralSequencesIsToldOfOnceForEach() {
        let lines = [[1, 2], [1, 3], [1, 2], [4]].compactMap { KnockSequence($0.map { Knock(.tcp, $0) }) }
        let once = Door(
            identity: DoorIdentity(name: "once"),
            sequence: SequenceDoor(sequence: lines[0], flagRule: TCPFlagRule(), timeout: 1000, target: nil),
            oneTimeFile: "/once", laterSequences: Array(lines.dropFirst()), oneTimeWindow: 8, actions: nil,
            actionsIPv6: nil, openFor: 0, startLimit: nil, stopLimit: 0, reknock: .extend, maxOpenings: 1)
        var lists = DoorLists()
        let told = lists.add([RoleSamples.door("a", 9), once, RoleSamples.door("b", 8)])
        #expect(told.map { $0.sequence.knocks.map(\.port) } == [[9], [1, 2], [1, 3], [4], [8]])
        #expect((1...3).map { lists.entry($0, doorList: 1)?.identity.name } == ["once", "once", "once"])
        #expect(lists.entry(2, doorList: 1)?.sequence.sequence == lines[1])
        #expect(once.taking(Array(lines[2...])).upcoming == Array(lines[2...]))
        #expect(once.taking([]).sequences.isEmpty)
    }

    @Test func anOlderTableIsKnownUntilTheListenerGoesByANewerOne() {
        var lists = DoorLists()
        _ = lists.add([RoleSamples.door("a", 1)])
        _ = lists.add([RoleSamples.door("b", 2)])
        _ = lists.add([RoleSamples.door("c", 3)])
        #expect(lists.entry(0, doorList: 1)?.identity == DoorIdentity(name: "a"))
        #expect(lists.isKnown(2) && lists.isKnown(3) && !lists.isKnown(4))
        #expect(lists.isInUse(2) == true)
        #expect(!lists.isKnown(1) && lists.isKnown(3))
        #expect(lists.entry(0, doorList: 1) == nil)
        #expect(lists.isInUse(1) == false, "it does not go back")
        #expect(lists.entry(0, doorList: 2) != nil)
        #expect(lists.newest == 3)
    }

    @Test func aTableThatNobodyMadeIsNotInUse() {
        var lists = DoorLists()
        _ = lists.add([])
        #expect(lists.isInUse(2) == false)
        #expect(lists.isInUse(0) == false)
    }

    @Test func aNewListenerKnowsTheNewestTableAlone() {
        var lists = DoorLists()
        _ = lists.add([RoleSamples.door("a", 1)])
        _ = lists.add([RoleSamples.door("b", 2)])
        lists.forgetPast()
        #expect(lists.entry(0, doorList: 1) == nil)
        #expect(lists.entry(0, doorList: 2) != nil)
    }
}
