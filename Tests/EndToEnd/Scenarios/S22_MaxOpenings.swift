// Shows the bound on openings: past max_openings further addresses are refused and that is logged; those who are in
// stay in, and their places are given out again when they are closed.
import Testing

extension EndToEnd {
    @Suite struct S22MaxOpenings {
        @Test func addressesPastTheBoundAreRefused() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000", timeout: 8, "max_openings = 2"))
            for last in 2...4 { try site.knock(7000, 8000, from: "198.18.1.\(last)") }
            try await site.waitFor("the refusal to be logged") {
                site.log.lines(containing: "198.18.1.4").contains { $0.contains("max_openings") }
            }
            try await site.waitFor("the two starts") { site.events.count >= 2 }
            #expect(Set(site.events) == ["start door 198.18.1.2", "start door 198.18.1.3"])
            // Who is in may still extend.
            try site.knock(7000, 8000, from: "198.18.1.2")
            try await site.waitFor("a place to become free") {
                site.events.contains { $0.hasPrefix("stop") }
            }
            // The place is free when the daemon has seen the end of the stop; until then he is refused once more.
            try await site.waitFor("the third address to get in", polling: .milliseconds(200)) {
                if site.events.contains("start door 198.18.1.4") { return true }
                try site.knock(7000, 8000, from: "198.18.1.4")
                return false
            }
        }
    }
}
