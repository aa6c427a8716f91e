import DoorControl
import Doors
import Events
import Packets
import SignedKnocks
import Testing

/// Among whose commands a start runs, where several hold one opening: of those on whose behalf it is run, who alone are refused
/// if there is no room.
struct LaneTests {
    private let laptop: Holder

    init() throws {
        laptop = .key(try #require(Shell.key))
    }

    /// A door that the laptop has opened first, and the sequence then.
    private func opened(_ door: Door) throws -> Shell {
        let shell = Shell([door])
        shell.admit([try shell.claim(door)])
        shell.end(.start)
        try shell.knock(door)
        shell.pass(3000)
        #expect(shell.openings == [.open] && shell.commands.isEmpty)
        #expect(shell.controller.openings.first?.holders == [laptop, .sequence])
        return shell
    }

    private func isRefused(_ shell: Shell) -> Bool {
        shell.events.contains {
            switch $0 {
            case .knock(.refused), .signed(.refused): true
            default: false
            }
        }
    }

    private func isSequenceRefused(_ shell: Shell) throws -> Bool {
        let address = try #require(IPAddress("198.18.1.2"))
        return shell.events.contains(.knock(.refused(.tooManyWaiting(9), door: "ssh", source: address)))
    }

    private func isLaptopRefused(_ shell: Shell) -> Bool {
        shell.events.contains { if case .signed(.refused(.tooManyWaiting, _, "ssh", _)) = $0 { true } else { false } }
    }

    // MARK: Of two holders, the first has no room

    @Test func theStartOfTheOneWhoseKnockRunsItAgainIsHisOwn() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = try opened(door)
        shell.fullLanes = [laptop]
        try shell.knock(door)
        shell.end(.stop)
        #expect(shell.commands.map(\.kind) == [.start] && shell.commands.first?.holder == .sequence)
        #expect(!isRefused(shell))
    }

    @Test func theStartAfterOneThatFailedIsOfTheOneWhoKnocks() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.admit([try shell.claim(door)])
        shell.end(.start, .exited(1, because: .itself))
        shell.fullLanes = [laptop]
        try shell.knock(door)
        #expect(shell.commands.map(\.kind) == [.start] && shell.commands.first?.holder == .sequence)
        #expect(!isRefused(shell))
    }

    @Test func theStartOfWhatIsGoneIsOfTheOneWhoHasAsked() throws {
        let door = try Sample.door(check: "check %IP%", reknock: .auto)
        let shell = try opened(door)
        shell.fullLanes = [laptop]
        try shell.knock(door)
        #expect(shell.commands.map(\.kind) == [.check] && shell.commands.first?.holder == .sequence)
        shell.end(.check, .exited(1, because: .itself))
        #expect(shell.commands.map(\.kind) == [.start] && shell.commands.first?.holder == .sequence)
        #expect(!isRefused(shell))
    }

    @Test func theStartOfAnOpeningThatFollowsAnotherIsOfTheOneWhoHasKnockedLast() throws {
        let door = try Sample.door()
        let shell = try opened(door)
        shell.pass(10_000)
        shell.admit([try shell.claim(door)])
        try shell.knock(door)
        shell.fullLanes = [laptop]
        shell.end(.stop)
        #expect(shell.commands.map(\.kind) == [.start] && shell.commands.first?.holder == .sequence)
        #expect(!isRefused(shell))
    }

    // MARK: Whose own lane is full

    @Test func nobodyBeginsAnOpeningInAnothersLane() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.fullLanes = [.sequence]
        try shell.knock(door)
        #expect(try isSequenceRefused(shell) && shell.openings.isEmpty)
        shell.admit([try shell.claim(door)])
        #expect(shell.running == ["start 198.18.1.2"] && shell.commands.first?.holder == laptop)
    }

    @Test func aKnockThatCannotStartDoesNotStopWhatIsOpen() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = try opened(door)
        shell.fullLanes = [.sequence]
        try shell.knock(door)
        #expect(try isSequenceRefused(shell))
        #expect(shell.openings == [.open] && shell.commands.isEmpty)
        shell.admit([try shell.claim(door)])
        #expect(shell.running == ["stop 198.18.1.2"])
    }

    @Test func aStartWithoutRoomIsRunForTheNextHolderAndTheFirstAloneIsRefused() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = try opened(door)
        shell.admit([try shell.claim(door)])
        shell.fullLanes = [laptop]
        shell.end(.stop)
        #expect(try isLaptopRefused(shell) && !isSequenceRefused(shell))
        #expect(shell.commands.map(\.kind) == [.start] && shell.commands.first?.holder == .sequence)
        #expect(shell.controller.openings.first?.holders == [.sequence])
        shell.end(.start)
        shell.pass(10_000)
        #expect(shell.running == ["stop 198.18.1.2"])
        shell.end(.stop)
        #expect(shell.openings.isEmpty)
    }

    @Test func whereNobodyHasRoomAllAreRefusedAndNothingIsOpen() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = try opened(door)
        shell.admit([try shell.claim(door)])
        shell.fullLanes = [laptop, .sequence]
        shell.end(.stop)
        #expect(try isLaptopRefused(shell) && isSequenceRefused(shell))
        #expect(shell.openings.isEmpty && shell.commands.isEmpty)
        #expect(shell.takeRecords().last?.openings.values.contains { $0 == nil } ?? false)
    }

    @Test func aSignedStartWithoutAStopIsRefusedInItsOwnWords() throws {
        let door = try Sample.door(stop: nil)
        let shell = Shell([door])
        shell.store = .later
        shell.admit([try shell.claim(door)])
        shell.fullLanes = [laptop]
        shell.answer(true)
        #expect(isLaptopRefused(shell) && shell.commands.isEmpty)
    }
}
