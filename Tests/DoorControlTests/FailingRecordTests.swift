import DoorControl
import Doors
import Events
import SignedKnocks
import Testing

/// A ledger that fails at one step of an opening: nothing stays open without a stop command, places are given back, and a later
/// record carries what was lost.
struct FailingRecordTests {
    /// What is to be recorded when it fails.
    enum Step: CaseIterable {
        case claim, process, started, closing, closed
    }

    /// How an opening begins and ends.
    enum Way: CaseIterable {
        case classic, signed, closeOrder
    }

    private func enter(_ shell: Shell, _ door: Door, _ way: Way, from source: String = "198.18.1.2") throws {
        switch way {
        case .classic: try shell.knock(door, from: source)
        case .signed, .closeOrder: shell.admit([try shell.claim(door, from: source)])
        }
    }

    private func leave(_ shell: Shell, _ door: Door, _ way: Way) throws {
        switch way {
        // Until the process of its stop command is recorded.
        case .classic, .signed: shell.pass(10_000 + DoorControlLimits.recordDelay)
        case .closeOrder: shell.admit([try shell.claim(door, .close)])
        }
    }

    /// Whether the store's failure was told in the words of the claim.
    private func isRefused(_ shell: Shell, _ way: Way) -> Bool {
        shell.takeEvents().contains {
            switch (way, $0) {
            case (.classic, .knock(.refused(.notRecorded, _, _))): true
            case (.signed, .signed(.refused(.notRecorded, _, _, _))): true
            case (.closeOrder, .signed(.refused(.notRecorded, _, _, _))): true
            default: false
            }
        }
    }

    @Test(arguments: Step.allCases, Way.allCases)
    func aFailureAtOneStepLeavesNothingOpen(step: Step, way: Way) throws {
        let door = try Sample.door(maxOpenings: 1)
        let shell = Shell([door])
        func at(_ current: Step, _ body: () throws -> Void) rethrows {
            shell.store = current == step ? .fails : .atOnce
            try body()
            shell.store = .atOnce
        }
        try at(.claim) { try enter(shell, door, way) }
        if step == .claim {
            #expect(shell.openings.isEmpty && shell.commands.isEmpty && shell.disk.isEmpty)
            #expect(isRefused(shell, way))
            try enter(shell, door, way)
        }
        #expect(shell.running == ["start 198.18.1.2"])
        #expect(shell.disk.count == 1, "nothing acts before it is recorded")
        at(.process) { shell.pass(DoorControlLimits.recordDelay) }
        at(.started) { shell.end(.start) }
        #expect(shell.openings == [.open] && shell.disk.count == 1, "a daemon that follows would close it")
        try at(.closing) { try leave(shell, door, way) }
        if step == .closing, way == .closeOrder {
            #expect(shell.openings == [.open] && shell.commands.isEmpty, "it is as it was")
            #expect(isRefused(shell, way))
            try leave(shell, door, way)
        }
        #expect(shell.running == ["stop 198.18.1.2"] && shell.disk.count == 1)
        at(.closed) { shell.end(.stop) }
        #expect(shell.openings.isEmpty && shell.commands.isEmpty)
        shell.pass(DoorControlLimits.recordPause)
        #expect(shell.disk.isEmpty, "a later record says that it is closed")
        try enter(shell, door, way, from: "198.18.1.3")
        #expect(shell.running == ["start 198.18.1.3"], "its place is free")
    }

    @Test func whatCouldNotBeRecordedIsInALaterRecord() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.store = .fails
        shell.end(.start)
        #expect(shell.disk.values.map(\.phase) == [.starting])
        shell.store = .atOnce
        shell.pass(DoorControlLimits.recordPause - 1)
        #expect(shell.disk.values.map(\.phase) == [.starting], "a store that fails is not asked without a pause")
        shell.pass(1)
        #expect(shell.disk.values.map(\.phase) == [.open])
    }

    @Test func anotherRecordCarriesItSooner() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.store = .fails
        shell.end(.start)
        shell.store = .atOnce
        try shell.knock(door, from: "198.18.1.3")
        #expect(Set(shell.disk.values.map(\.phase)) == [.open, .starting])
    }

    @Test func aStoreThatFailsForLongKeepsNothingOpen() throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try shell.knock(door)
        shell.store = .fails
        shell.end(.start)
        shell.pass(10_000)
        #expect(shell.running == ["stop 198.18.1.2"])
        shell.end(.stop)
        #expect(shell.openings.isEmpty && shell.disk.count == 1)
        shell.pass(60_000)
        shell.store = .atOnce
        shell.pass(DoorControlLimits.recordPause)
        #expect(shell.disk.isEmpty)
    }

    @Test func aNextOpeningThatCannotBeRecordedIsRefusedInTheWordsOfEachHolder() throws {
        let door = try Sample.door(reknock: .rerun)
        let shell = Shell([door])
        shell.admit([try shell.claim(door)])
        shell.end(.start)
        try shell.knock(door)
        shell.pass(3000)
        try shell.knock(door)
        _ = shell.takeEvents()
        shell.store = .fails
        shell.end(.stop)
        let refusals = shell.takeEvents().compactMap { event -> String? in
            switch event {
            case .knock(.refused(.notRecorded, _, _)): return "classic"
            case .signed(.refused(.notRecorded, _, _, _)): return "signed"
            default: return nil
            }
        }
        #expect(refusals == ["signed", "classic"])
        #expect(shell.openings.isEmpty && shell.commands.isEmpty)
        shell.store = .atOnce
        shell.pass(DoorControlLimits.recordPause)
        #expect(shell.disk.isEmpty)
    }

    // MARK: What happens while the record is on its way

    @Test(arguments: Way.allCases)
    func anExtensionThatFailsAfterTheFormerTimeCloses(way: Way) throws {
        let door = try Sample.door()
        let shell = Shell([door])
        try enter(shell, door, way)
        shell.end(.start)
        shell.pass(6000)
        shell.store = .later
        try enter(shell, door, way)
        shell.pass(5000)
        shell.store = .atOnce
        shell.answer(false)
        shell.pass(0)
        #expect(shell.running == ["stop 198.18.1.2"])
        shell.end(.stop)
        #expect(shell.openings.isEmpty && shell.disk.isEmpty)
    }

    @Test func aRevocationBesideACloseThatFailsIsNotUndoneWithIt() throws {
        let door = try Sample.door(maxOpenings: 1, hasSequence: false)
        let shell = Shell([door])
        shell.admit([try shell.claim(door)])
        shell.end(.start)
        shell.store = .later
        shell.admit([try shell.claim(door, .close)])
        shell.perform(shell.controller.endHolds(now: shell.moment) { _, id in id == Shell.id })
        shell.store = .atOnce
        shell.answer(false)
        #expect(shell.running == ["stop 198.18.1.2"], "its key must not hold it any more")
        shell.end(.stop)
        #expect(shell.openings.isEmpty && shell.disk.isEmpty)
        shell.admit([try shell.claim(door, from: "198.18.1.3")])
        #expect(shell.running == ["start 198.18.1.3"], "its place is free")
    }
}
