// Shows that a stop command never overtakes its start: the daemon is killed outright while the start command still
// works, and the daemon that follows waits for that command before it closes.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S26KilledWhileStarting {
        @Test func stopWaitsForTheStartOfAnEarlierRun() async throws {
            let site = try Site()
            defer { site.close() }
            let doors = DoorText.section(
                "door", "7000,8000",
                [
                    "start_command = \(DoorText.record("begun")); sleep 3; \(DoorText.record("start door"))",
                    "stop_command = \(DoorText.record("stop door"))", "cmd_timeout = 1",
                ])
            let daemon = try await site.start(doors)
            try site.knock(7000, 8000)
            try await site.waitFor("the start to be at work", within: 5) { site.events == ["begun 198.18.1.2"] }
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone", within: 4) { !daemon.isRunning }
            try await site.start(doors)
            try await site.waitFor("the stop", within: 8) { site.events.last == "stop door 198.18.1.2" }
            #expect(site.events == ["begun 198.18.1.2", "start door 198.18.1.2", "stop door 198.18.1.2"])
        }
    }
}
