import DoorControl
import Doors
import Events
import Packets
import SignedKnocks
import Testing

/// What becomes of a claim whose record is on the disk at once.
struct DoorControllerTests {
    @Test func anOpeningIsRecordedThenStartedThenStoppedThenForgotten() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        #expect(shell.running == ["start 198.18.1.2"] && shell.openings == [.starting])
        #expect(shell.takeRecords().first?.openings.count == 1, "before its start command")
        shell.end(.start)
        #expect(shell.openings == [.open])
        shell.pass(10_000)
        #expect(shell.running == ["stop 198.18.1.2"] && shell.openings == [.closing])
        shell.end(.stop)
        #expect(shell.openings.isEmpty)
        #expect(shell.takeRecords().last?.openings.values.contains { $0 == nil } ?? false)
    }

    @Test func oneTurnIsRecordedAtOnce() throws {
        let door = try Sample.door(maxOpenings: 100)
        let shell = Shell([door])
        shell.admit(try (1...20).map { try shell.claim(door, from: "198.18.2.\($0)") })
        let records = shell.takeRecords()
        #expect(records.count == 1 && records.first?.openings.count == 20 && records.first?.spendings.count == 20)
    }

    @Test func anOpeningTakesThreeRecordsAndItsProcessesGoWithThem() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(10_000)
        shell.end(.stop)
        #expect(shell.takeRecords().count == 3, "begin, started, closed")
    }

    @Test func processesAreRecordedWithinAMomentAnyway() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        #expect(shell.takeRecords().count == 1)
        shell.pass(20)
        #expect(shell.takeRecords().count == 1, "the command still runs")
    }

    @Test func aSignedKnockIsToldOnceItIsRecorded() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .later
        shell.admit([try shell.claim(door)])
        #expect(shell.takeEvents().isEmpty && shell.decided == [true])
        shell.answer(true)
        let events = shell.takeEvents()
        #expect(events.contains { if case .knock(.openSesame) = $0 { true } else { false } })
    }

    @Test func aReplayIsRefusedAndStaysSpent() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        let claim = try shell.claim(door)
        shell.admit([claim])
        shell.now += 5000
        shell.admit([claim])
        #expect(shell.decided == [true, true] && shell.commands.count == 1)
        #expect(shell.events.contains { if case .signed(.refused(.replayed, _, _, _)) = $0 { true } else { false } })
    }

    @Test func aKeyOverItsRateIsRefusedAndItsNonceIsGone() throws {
        let door = try Sample.door(maxOpenings: 1000)
        let shell = Shell([door])
        shell.admit(try (1...40).map { try shell.claim(door, from: "198.18.2.\($0)") })
        #expect(shell.commands.count == 32 && shell.decided == [Bool](repeating: true, count: 40))
        #expect(
            shell.events.filter { if case .signed(.refused(.tooManyKnocks, _, _, _)) = $0 { true } else { false } }
                .count
                == 8)
    }

    @Test func aKnockWhileOpenExtends() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(6000)
        try shell.knock(door)
        shell.pass(6000)
        #expect(shell.openings == [.open])
        shell.pass(4000)
        #expect(shell.openings == [.closing])
    }

    @Test func aDoorWithoutStopRunsStartAndRemembersNothing() throws {
        let door = try Sample.door(stop: nil)
        let shell = Shell([door])
        try shell.knock(door)
        #expect(shell.running == ["start 198.18.1.2"] && shell.openings.isEmpty && shell.takeRecords().isEmpty)
        shell.admit([try shell.claim(door)])
        #expect(shell.commands.count == 2 && shell.takeRecords().first?.spendings.count == 1)
    }

    @Test func aCloseEndsTheHoldOfItsKeyAlone() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.admit([try shell.claim(door)])
        shell.admit([try shell.claim(door, .close)])
        #expect(shell.openings == [.open], "the sequence holds it still")
        #expect(shell.events.contains { if case .signed(.close(_, _, _, _, true)) = $0 { true } else { false } })
    }

    @Test func aCooldownIgnoresTheNextSequenceUnlessNothingWasRun() throws {
        let door = try Sample.door(cooldown: 60_000)
        let shell = Shell([door])
        shell.startsWaiting = 5
        try shell.knock(door)
        #expect(
            shell.events.contains(
                .knock(.refused(.tooManyWaiting(5), door: "ssh", source: try #require(IPAddress("198.18.1.2"))))))
        shell.startsWaiting = nil
        try shell.knock(door)
        #expect(shell.commands.count == 1)
        shell.end(.start)
        try shell.knock(door)
        #expect(shell.events.contains { if case .knock(.inCooldown) = $0 { true } else { false } })
    }

    @Test func aStopThatFailsIsRunAgainAndToldWithItsAddress() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(10_000)
        shell.end(.stop, .exited(1, because: .itself))
        #expect(shell.openings == [.closing] && shell.commands.isEmpty)
        #expect(
            shell.events.contains {
                if case .opening(.stopFailed("status 1", _, "ssh", _)) = $0 { true } else { false }
            })
        shell.pass(1000)
        #expect(shell.running == ["stop 198.18.1.2"])
    }

    @Test func noRoomForAStartGivesItsPlaceBack() throws {
        let door = try Sample.door(maxOpenings: 2)
        let shell = Shell([door])
        shell.hasRoom = false
        for number in 1...5 { try shell.knock(door, from: "198.18.3.\(number)") }
        #expect(shell.commands.isEmpty)
        #expect(shell.openings.isEmpty)
    }
}
