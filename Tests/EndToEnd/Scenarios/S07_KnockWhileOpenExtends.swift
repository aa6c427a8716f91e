// Shows that a knock while the door is open moves its end: one start, one stop, and the stop at the later deadline. And
// that a knock in the moment of closing is neither lost nor leaves the door open.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S07KnockWhileOpenExtends {
        @Test func secondKnockMovesTheEndAndRunsNothing() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000", timeout: 3))
            try site.inject([(0, 7000), (1, 8000), (1500, 7000), (1501, 8000)].map { "\($0) " + site.frame($1) })
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }

            #expect(site.events == ["start door 198.18.1.2", "stop door 198.18.1.2"])
            let times = site.timedEvents.map(\.seconds)
            // From when the start has told its time, which may be a little after the first knock.
            #expect((3.8..<4.5 + Site.slack).contains(times[1] - times[0]), "open for \(times[1] - times[0]) s")
            // Whatever it still had to close would be closed now.
            daemon.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(site.events.count == 2)
        }

        @Test func knockWhileTheStopRunsOpensAnewAndIsClosedAgain() async {
            await sideBySide([0.0, 0.01, 0.02, 0.04, 0.5]) { pause in
                let site = try Site()
                defer { site.close() }
                let linger = pause > 0.1 ? "; sleep 1; \(DoorText.record("stopped"))" : ""
                try await site.start(
                    DoorText.section(
                        "door", "7000",
                        [
                            "start_command = \(DoorText.record("start"))",
                            "stop_command = \(DoorText.record("stop"))\(linger)", "cmd_timeout = 1",
                        ]))
                try site.knock(7000)
                try await site.waitFor("the stop") { site.events.last == "stop 198.18.1.2" }
                try await Task.sleep(for: .seconds(pause))
                try site.knock(7000)
                try await site.waitFor("the second stop") {
                    site.events.count { $0 == "stop 198.18.1.2" } == 2
                }
                let expected = ["start", "stop"] + (linger.isEmpty ? [] : ["stopped"]) + ["start", "stop"]
                #expect(site.events == expected.map { "\($0) 198.18.1.2" })
            }
        }
    }
}
