// Shows that commands never overtake each other: the daemon is killed outright while a start or a stop command still
// works, and the daemon that follows waits for that command.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S26KilledWhileACommandRuns {
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
            try await site.waitFor("the start to be at work") { site.events == ["begun 198.18.1.2"] }
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
            try await site.start(doors)
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            #expect(site.events == ["begun 198.18.1.2", "start door 198.18.1.2", "stop door 198.18.1.2"])
        }

        @Test func stopOfAnEarlierRunIsNotRunBesideItself() async throws {
            let site = try Site()
            defer { site.close() }
            let doors = DoorText.section(
                "door", "7000,8000",
                [
                    "start_command = \(DoorText.record("start"))",
                    "stop_command = \(DoorText.record("stop begun")); sleep 3; \(DoorText.record("stop done"))",
                    "cmd_timeout = 0",
                ])
            let daemon = try await site.start(doors)
            try site.knock(7000, 8000)
            try await site.waitFor("the stop to be at work") { site.events.count == 2 }
            // That it runs is on record before it is told.
            try await site.waitFor("the stop to be told") {
                daemon.output.lines(containing: "running command").count == 2
            }
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
            let second = try await site.start(doors)
            try await site.waitFor("the stop to end") { site.events.count >= 3 }
            second.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !second.isRunning }
            // How the first one ended nobody knows, so it is run once more, and not beside it.
            let expected = ["start", "stop begun", "stop done", "stop begun", "stop done"]
            #expect(site.events == expected.map { "\($0) 198.18.1.2" })
        }
    }
}
