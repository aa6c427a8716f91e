import Doors
import SignedKnocks
import Testing

@testable import DoorControl

/// The last claims at an opening, which are kept no longer than the opening.
struct RememberedClaimsTests {
    /// The door, open for two addresses.
    private func opened(_ door: Door) throws -> Shell {
        let shell = Shell([door])
        for source in ["198.18.1.2", "198.18.1.3"] {
            shell.admit([try shell.claim(door, from: source)])
            if !shell.commands.isEmpty { shell.end(.start) }
        }
        return shell
    }

    /// Both openings have the same commands, so a close of one of them runs no stop.
    @Test func aCloseWithoutAStopForgetsTheClaimsOfItsOpening() throws {
        let door = try Sample.door(start: "start", stop: "stop")
        let shell = try opened(door)
        #expect(shell.openings == [.open, .open] && shell.controller.lastClaims.count == 2)
        shell.admit([try shell.claim(door, .close, from: "198.18.1.2")])
        #expect(shell.openings == [.open] && shell.commands.isEmpty)
        #expect(shell.controller.lastClaims.count == 1)
    }

    @Test func anOpeningThatEndsForgetsItsClaims() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.end(.start)
        shell.pass(10_000)
        shell.end(.stop)
        shell.pass(1000)
        #expect(shell.openings.isEmpty && shell.controller.lastClaims.isEmpty)
    }

    @Test func aClaimThatCannotBeRecordedIsForgottenOnceThatIsRecorded() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        shell.store = .fails
        try shell.knock(door)
        #expect(shell.openings.isEmpty)
        shell.store = .atOnce
        shell.pass(10_000)
        #expect(shell.controller.lastClaims.isEmpty)
    }

    /// A close that cannot be recorded leaves the door open, and a later refusal its words.
    @Test func aCloseThatFailsKeepsTheClaimsOfItsOpening() throws {
        let door = try Sample.door(start: "start", stop: "stop")
        let shell = try opened(door)
        shell.store = .fails
        shell.admit([try shell.claim(door, .close, from: "198.18.1.2")])
        #expect(shell.openings.count == 2 && shell.controller.lastClaims.count == 2)
    }
}
