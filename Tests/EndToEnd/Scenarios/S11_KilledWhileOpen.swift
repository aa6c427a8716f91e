// Shows what the ledger is for: the daemon is killed outright while a door is open. Started again, it runs the stop at
// its time; or at once, when the time went by while nobody was there.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S11KilledWhileOpen {
        @Test func stopRunsAtItsTimeAfterARestart() async throws {
            let site = try Site()
            defer { site.close() }
            let doors = DoorText.recording("door", "7000,8000", timeout: 8)
            try await openAndKill(site, doors)
            try await site.start(doors)
            #expect(site.events.count == 1, "the deadline is still ahead")
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            let times = site.timedEvents.map(\.seconds)
            #expect((7.5..<8 + Site.slack).contains(times[1] - times[0]), "open for \(times[1] - times[0]) s")
            #expect(site.events.count == 2)
        }

        @Test func stopRunsAtOnceWhenItIsOverdue() async throws {
            let site = try Site()
            defer { site.close() }
            let doors = DoorText.recording("door", "7000,8000", timeout: 4)
            try await openAndKill(site, doors)
            // Past its time.
            try await Task.sleep(for: .seconds(4.5))
            #expect(site.events.count == 1, "with the daemon dead nobody runs the stop")
            try await site.start(doors)
            try await site.waitFor("the overdue stop") { site.events.last == "stop door 198.18.1.2" }
        }

        @Test func doorThatTheConfigurationNoLongerHasIsClosedToo() async throws {
            let site = try Site()
            defer { site.close() }
            try await openAndKill(site, DoorText.recording("door", "7000,8000", timeout: 5))
            try await site.start(DoorText.recording("another", "6000"))
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
        }

        private func openAndKill(_ site: Site, _ doors: String) async throws {
            let daemon = try await site.start(doors)
            let listener = daemon.listener
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            try await site.waitForRecord(of: 1)
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon and its Listener to be gone") {
                !daemon.isRunning && listener?.isAlive != true
            }
        }
    }
}
