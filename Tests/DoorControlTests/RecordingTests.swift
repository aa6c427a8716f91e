import DoorControl
import Doors
import Events
import Keys
import Packets
import SignedKnocks
import Testing

/// A store that answers late, or not well: nothing acts before its record is durable, and nothing else waits.
struct RecordingTests {
    @Test func nothingStartsBeforeItsRecordIsDurable() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .later
        try shell.knock(door)
        shell.pass(5000)
        #expect(shell.commands.isEmpty)
        shell.answer(true)
        #expect(shell.running == ["start 198.18.1.2"])
    }

    @Test func timersClosingsAndOtherDoorsGoOnMeanwhile() throws {
        let (ssh, web) = (try Sample.door("ssh"), try Sample.door("web", stop: "close %IP%"))
        let shell = Shell([ssh, web])
        try shell.knock(web)
        shell.end(.start)
        shell.store = .later
        try shell.knock(ssh)
        shell.pass(10_000)
        #expect(shell.running == ["close 198.18.1.2"], "its time was up")
        shell.answer(true)
        #expect(shell.running == ["close 198.18.1.2", "start 198.18.1.2"])
    }

    @Test func whatCannotBeRecordedIsRefusedAndItsPlaceIsFree() throws {
        let door = try Sample.door(maxOpenings: 2, keys: nil)
        let shell = Shell([door])
        shell.store = .fails
        for number in 1...5 { try shell.knock(door, from: "198.18.3.\(number)") }
        #expect(shell.openings.isEmpty && shell.commands.isEmpty)
        #expect(
            shell.events.filter { if case .knock(.refused(.notRecorded, _, _)) = $0 { true } else { false } }.count == 5
        )
        shell.store = .atOnce
        for number in 1...2 { try shell.knock(door, from: "198.18.3.\(number)") }
        #expect(shell.commands.count == 2)
    }

    @Test func anExtensionThatCannotBeRecordedDoesNotExtend() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(6000)
        shell.store = .fails
        shell.admit([try shell.claim(door), try shell.claim(door, by: KeyNames.other, Shell.other)])
        #expect(
            shell.events.filter { if case .signed(.refused(.notRecorded, _, _, _)) = $0 { true } else { false } }.count
                == 2)
        shell.store = .atOnce
        shell.pass(4000)
        #expect(shell.openings == [.closing], "when the sequence's time is up")
    }

    @Test func aStopForAKnockThatCannotBeRecordedIsNotRun() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(3000)
        shell.store = .fails
        try shell.knock(door)
        #expect(shell.openings == [.open] && shell.commands.isEmpty)
        shell.store = .atOnce
        shell.pass(7000)
        #expect(shell.running == ["stop 198.18.1.2"])
    }

    @Test func aClaimWaitsForTheOneBeforeItAtItsOpeningAndForNoOther() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .later
        try shell.knock(door)
        shell.admit([try shell.claim(door), try shell.claim(door, from: "198.18.1.3")])
        #expect(shell.decided == [true], "the other address is admitted")
        shell.answer(false)
        #expect(shell.decided == [true, true], "it begins an opening of its own")
        #expect(shell.events.contains { if case .knock(.refused(.notRecorded, _, _)) = $0 { true } else { false } })
        while !shell.waiting.isEmpty { shell.answer(true) }
        #expect(shell.running.sorted() == ["start 198.18.1.2", "start 198.18.1.3"])
    }

    @Test func aRevocationWhileTheRecordIsOnItsWayLeavesNothingOpen() throws {
        let door = try Sample.door(hasSequence: false)
        let shell = Shell([door])
        for isRecorded in [true, false] {
            shell.store = .later
            shell.admit([try shell.claim(door)])
            shell.perform(shell.controller.endHolds(now: shell.moment) { _, id in id == Shell.id })
            shell.store = .atOnce
            shell.answer(isRecorded)
            shell.pass(100)
            #expect(shell.openings.isEmpty && shell.commands.isEmpty, "\(isRecorded)")
        }
    }

    @Test func whatChangedMeanwhileIsNotUndoneWithAClaimThatFails() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.store = .later
        shell.admit([try shell.claim(door)])
        shell.end(.start)
        shell.store = .atOnce
        shell.answer(false)
        #expect(shell.openings == [.open], "the sequence's")
        shell.pass(10_000)
        #expect(shell.running == ["stop 198.18.1.2"])
    }

    @Test func theLastStateOfAnOpeningIsWhatIsRecorded() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(10_000)
        // It ends and begins anew in one turn.
        _ = shell.takeRecords()
        let stop = shell.takeCommand()
        shell.perform(shell.controller.ended(stop, .exited(0, because: .itself), now: shell.moment))
        let address = try #require(IPAddress("198.18.1.2"))
        shell.admit([Claim(sequenceAt: door, from: address)])
        let records = shell.takeRecords()
        #expect(records.count == 1 && records.first?.openings.values.allSatisfy { $0 != nil } ?? false)
    }

    // MARK: A claim that fails after its opening was changed otherwise

    private func revoke(_ id: GenerationID) -> (Shell) -> Void {
        { shell in
            shell.perform(shell.controller.endHolds(now: shell.moment) { $1 == id })
            shell.finishTurn()
        }
    }

    @Test func theStopThatItWaitedForIsRunAllTheSame() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = Shell([door])
        shell.admit([try shell.claim(door)])
        shell.end(.start)
        shell.pass(3000)
        shell.store = .later
        shell.admit([try shell.claim(door)])
        revoke(Shell.id)(shell)
        shell.store = .atOnce
        shell.answer(false)
        #expect(shell.running == ["stop 198.18.1.2"], "nothing stays open for want of it")
        shell.end(.stop)
        #expect(shell.openings.isEmpty)
    }

    @Test func anOpeningIsNotLeftStartingForEver() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start, .exited(1, because: .itself))
        shell.pass(3000)
        shell.store = .later
        shell.admit([try shell.claim(door), try shell.claim(door, by: KeyNames.other, Shell.other)])
        revoke(Shell.other)(shell)
        shell.store = .atOnce
        shell.answer(false)
        #expect(shell.openings == [.open])
        shell.pass(7000)
        #expect(shell.running == ["stop 198.18.1.2"], "at the time of the sequence")
    }

    @Test func whatItWasToAskIsAskedSoThatTheNextKnockMayAskAgain() throws {
        let door = try Sample.door(check: "check %IP%", reknock: .auto)
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.admit([try shell.claim(door), try shell.claim(door, by: KeyNames.other, Shell.other)])
        shell.pass(3000)
        shell.store = .later
        shell.admit([try shell.claim(door)])
        revoke(Shell.other)(shell)
        shell.store = .atOnce
        shell.answer(false)
        #expect(shell.running == ["check 198.18.1.2"])
        shell.end(.check)
        shell.pass(3000)
        try shell.knock(door)
        #expect(shell.running == ["check 198.18.1.2"])
    }

    @Test func claimsThatWaitHaveALimit() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .later
        shell.admit([try shell.claim(door)])
        shell.admit(try (0..<1100).map { _ in try shell.claim(door) })
        let refused = shell.takeEvents().count {
            if case .signed(.refused(.tooManyInAll, _, _, _)) = $0 { true } else { false }
        }
        #expect(refused == 1100 - 1024 && shell.decided == [true] + [Bool](repeating: false, count: refused))
    }
}
