import Base
import DoorControl
import Doors
import Events
import Packets
import Testing

/// What is left of earlier runs, what a reload and a revocation end, and how the daemon leaves.
struct EndingTests {
    private func leave(_ shell: Shell, closingAll: Bool = true, takenBack: [OpeningKey] = []) {
        shell.perform(
            shell.controller.leave(closingAll: closingAll, takenBack: takenBack, commands: 0, now: shell.moment))
        shell.finishTurn()
        shell.pass(1)
    }

    private func endsStarts(_ shell: Shell) -> Bool { shell.controller.endsStarts(now: shell.moment) }

    private func isOver(_ shell: Shell) -> Bool { shell.controller.isOver(whileRunning: 0, now: shell.moment) }

    @Test func whatIsOpenIsClosedAtTheEnd() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        leave(shell)
        #expect(shell.running == ["stop 198.18.1.2"] && !isOver(shell))
        shell.end(.stop)
        #expect(isOver(shell))
    }

    @Test func whatIsToStayOpenDoes() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        leave(shell, closingAll: false)
        #expect(shell.commands.isEmpty && isOver(shell))
    }

    @Test func nobodyIsLetInAtTheEnd() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .later
        try shell.knock(door)
        leave(shell)
        try shell.knock(door, from: "198.18.1.9")
        while !shell.waiting.isEmpty { shell.answer(true) }
        shell.pass(1)
        while !shell.waiting.isEmpty { shell.answer(true) }
        // It could be open by an earlier run's command.
        #expect(shell.running == ["stop 198.18.1.2"])
        shell.end(.stop)
        #expect(isOver(shell))
    }

    @Test func theEndDoesNotWaitForEver() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        leave(shell)
        #expect(!endsStarts(shell))
        shell.pass(10_000)
        #expect(endsStarts(shell) && !isOver(shell))
        shell.pass(10_000)
        #expect(isOver(shell))
    }

    @Test func aReloadEndsWhatItDoesNotGrantAndNothingElse() throws {
        let (ssh, web) = (try Sample.door("ssh"), try Sample.door("web", stop: "close %IP%"))
        let shell = Shell([ssh, web])
        for door in [ssh, web] {
            try shell.knock(door)
            shell.end(.start)
        }
        let rules = DoorController.Rules(doors: [ssh], keepsGoneDoors: false)
        shell.perform(shell.controller.apply(rules, now: shell.moment))
        shell.finishTurn()
        #expect(shell.running == ["close 198.18.1.2"] && shell.events.contains(.opening(.holdsNotGranted(1))))
    }

    @Test(arguments: [true, false])
    func aDoorThatIsGoneMayKeepWhatIsOpen(keeps: Bool) throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.perform(
            shell.controller.apply(DoorController.Rules(doors: [], keepsGoneDoors: keeps), now: shell.moment))
        #expect(shell.openings == [keeps ? .open : .closing])
    }

    @Test func aDoorChangedWhileOpenIsStoppedAsItWasAndStartedAsItIs() throws {
        let (old, new) = (try Sample.door(), try Sample.door(start: "begin %IP%", stop: "finish %IP%"))
        let shell = Shell([old])
        try shell.knock(old)
        shell.end(.start)
        shell.perform(
            shell.controller.apply(DoorController.Rules(doors: [new], keepsGoneDoors: false), now: shell.moment))
        try shell.knock(new)
        #expect(shell.running == ["stop 198.18.1.2"])
        shell.end(.stop)
        #expect(shell.running == ["begin 198.18.1.2"])
    }

    @Test func aRevokedGenerationIsShutOutWhileOpen() throws {
        let door = try Sample.door(hasSequence: false)
        let shell = Shell([door])
        shell.admit([try shell.claim(door)])
        shell.end(.start)
        shell.admit([try shell.claim(door, by: KeyNames.other, Shell.other, from: "198.18.1.4")])
        shell.end(.start)
        shell.perform(shell.controller.endHolds(now: shell.moment) { _, id in id == Shell.id })
        #expect(shell.running == ["stop 198.18.1.2"] && shell.events.contains(.opening(.holdsRevoked(1))))
    }

    private func leftover(_ phase: Opening.Phase, deadline: Milliseconds, process: ProcessIdentity? = nil) throws
        -> Opening
    {
        let key = OpeningKey(door: DoorIdentity(name: "ssh"), address: try #require(IPAddress("198.18.1.2")))
        var opening = Opening(
            key: key, values: CommandValues(address: key.address, key: nil, door: "ssh", seconds: 10),
            commands: OpeningCommands(
                start: "start 198.18.1.2", stop: "stop 198.18.1.2", startLimit: nil, stopLimit: 30_000),
            phase: phase, holds: [Hold(holder: .sequence, generation: nil, openFor: 10_000, deadline: deadline)])
        opening.process = process
        return opening
    }

    @Test func whatAnEarlierRunLeftIsClosedAtItsTime() throws {
        let shell = Shell([try Sample.door()])
        shell.perform(
            shell.controller.restore(
                [try leftover(.open, deadline: shell.now + 4000)], commands: [:], now: shell.moment))
        shell.pass(3999)
        #expect(shell.commands.isEmpty && shell.events.isEmpty)
        shell.pass(1)
        #expect(shell.running == ["stop 198.18.1.2"])
    }

    @Test func whatIsOverdueIsClosedAtOnceAndTold() throws {
        let shell = Shell([try Sample.door()])
        shell.perform(shell.controller.restore([try leftover(.open, deadline: 0)], commands: [:], now: shell.moment))
        shell.pass(0)
        #expect(shell.running == ["stop 198.18.1.2"])
        #expect(shell.events.contains { if case .opening(.leftByEarlierRun) = $0 { true } else { false } })
    }

    /// The record of a knock has made the ledger move to a file that holds it.
    @Test func whatTurnsUpWithTheRecordOfAKnockIsClosedInTheNextTurn() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .later
        try shell.knock(door, from: "198.18.1.3")
        shell.perform(shell.controller.restore([try leftover(.open, deadline: 0)], commands: [:], now: shell.moment))
        shell.answer(true)
        #expect(shell.running == ["start 198.18.1.3"])
        #expect(shell.controller.nextDeadline(shell.now).map { $0 <= shell.now } ?? false, "no timer is waited for")
        shell.pass(0)
        #expect(shell.running == ["start 198.18.1.3", "stop 198.18.1.2"])
    }

    @Test func aCommandOfAnEarlierRunIsWaitedForAtMostUntilItsLimit() throws {
        let process = ProcessIdentity(id: 4711, began: 0)
        let shell = Shell([try Sample.door()]) { $0.id == 4711 }
        shell.perform(
            shell.controller.restore(
                [try leftover(.closing, deadline: 0, process: process)], commands: [:], now: shell.moment))
        shell.pass(500)
        #expect(shell.commands.isEmpty, "its stop command may be running still")
        #expect(shell.groups == ["4711"], "it has run for longer than it may")
        shell.pass(5000)
        #expect(shell.groups == ["4711", "4711 at once"])
    }

    @Test func stopIsRunOnceACommandOfAnEarlierRunHasEnded() throws {
        let key = try leftover(.open, deadline: 0).key
        let shell = Shell([try Sample.door()])
        shell.perform(
            shell.controller.restore(
                [try leftover(.starting, deadline: 0)], commands: [key: ProcessIdentity(id: 4711, began: 0)],
                now: shell.moment))
        shell.pass(200)
        #expect(shell.running == ["stop 198.18.1.2"])
    }
}
