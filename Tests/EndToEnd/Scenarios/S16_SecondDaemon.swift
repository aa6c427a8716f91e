// Shows that two daemons cannot share a ledger: the second refuses to start and says which option to set.
import Testing

extension EndToEnd {
    @Suite struct S16SecondDaemon {
        @Test func secondDaemonOnTheSameLedgerRefusesToStart() async throws {
            let site = try Site()
            defer { site.close() }
            let first = try await site.start(DoorText.recording("door", "7000,8000"))
            let second = try site.launch()
            try await site.waitFor("the second to end") { !second.isRunning }
            #expect(second.exit != 0)
            #expect(second.log.contains("StateFile"), "\(second.log)")
            #expect(first.isRunning)
        }

        @Test func secondDaemonWithAnotherLedgerStarts() async throws {
            let site = try Site()
            defer { site.close() }
            let door = DoorText.recording("door", "7000,8000")
            let first = try await site.start(door)
            let second = try await site.start("[options]\nStateFile = @DIR@/second/state.db\n" + door)
            #expect(first.isRunning && second.isRunning)
        }
    }
}
