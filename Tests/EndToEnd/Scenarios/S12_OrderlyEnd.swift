// Shows an orderly end: on SIGTERM and SIGINT every open door is closed and the exit status is 0; with `OnExit = keep`
// nothing is closed, and the next start takes the openings over and closes them at their time.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S12OrderlyEnd {
        @Test(arguments: [SIGTERM, SIGINT])
        func everyStopRunsAndTheStatusIsZero(signal: Int32) async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000", timeout: 60))
            let sources = ["198.18.1.2", "198.18.1.3", "fd00:198:18:1::2"]
            for source in sources { try site.knock(7000, 8000, from: source) }
            try await site.waitFor("three starts") { site.events.count == 3 }
            daemon.signal(signal)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(daemon.exit == 0)
            #expect(Set(site.events.dropFirst(3)) == Set(sources.map { "stop door \($0)" }))
        }

        @Test func keptOpeningsAreTakenOverByTheNextStart() async throws {
            let site = try Site()
            defer { site.close() }
            let configuration = "[options]\nOnExit = keep\n" + DoorText.recording("door", "7000,8000", timeout: 5)
            let daemon = try await site.start(configuration)
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try await site.waitForRecord(of: 1)
            daemon.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(daemon.exit == 0)
            #expect(site.events.count == 1, "nothing is closed")

            try await site.start(configuration)
            try await site.waitFor("the stop") { site.events.count == 2 }
            let times = site.timedEvents.map(\.seconds)
            #expect((4.5..<5 + Site.slack).contains(times[1] - times[0]), "open for \(times[1] - times[0]) s")
        }
    }
}
