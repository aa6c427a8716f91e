// Shows that a knock while the door is open moves its end: one start, one stop, and the stop at the later deadline.
import Testing

extension EndToEnd {
    @Suite struct S07KnockWhileOpenExtends {
        @Test func secondKnockMovesTheEndAndRunsNothing() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000", timeout: 3))
            try site.knock(7000, 8000)
            try await site.waitFor("the start", within: 5) { site.events == ["start door 198.18.1.2"] }
            try await Task.sleep(for: .seconds(1.5))
            try site.knock(7000, 8000)
            try await site.waitFor("the stop", within: 7) { site.events.last == "stop door 198.18.1.2" }

            #expect(site.events == ["start door 198.18.1.2", "stop door 198.18.1.2"])
            let times = site.timedEvents.map(\.seconds)
            #expect((4.3..<6).contains(times[1] - times[0]), "open for \(times[1] - times[0]) s")
            // Long enough for a second stop, were there one.
            try await Task.sleep(for: .seconds(1))
            #expect(site.events.count == 2)
        }
    }
}
