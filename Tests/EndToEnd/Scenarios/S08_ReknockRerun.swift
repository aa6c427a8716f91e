// Shows `reknock = rerun`, for firewalls that get reloaded under the daemon: a knock while open runs stop, then start.
import Testing

extension EndToEnd {
    @Suite struct S08ReknockRerun {
        @Test func secondKnockRunsStopThenStart() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000", timeout: 2, "reknock = rerun"))
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.knock(7000, 8000)
            try await site.waitFor("stop and start again") { site.events.count == 3 }
            try await site.waitFor("the last stop") { site.events.count == 4 }
            #expect(site.events == ["start", "stop", "start", "stop"].map { "\($0) door 198.18.1.2" })
        }
    }
}
