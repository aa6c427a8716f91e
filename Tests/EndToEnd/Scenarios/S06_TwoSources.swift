// Shows that sources are independent: two knock at once, one fails, the other gets in.
import Testing

extension EndToEnd {
    @Suite struct S06TwoSources {
        @Test func oneSourcesFailureDoesNotTouchTheOther() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000,9000"))
            let first = "198.18.1.2", second = "198.18.1.3"
            try site.inject([
                "0 " + site.frame(7000, from: first), "5 " + site.frame(7000, from: second),
                "10 " + site.frame(8000, from: second), "15 " + site.frame(9000, from: first),
                "20 " + site.frame(9000, from: second),
            ])
            try await site.waitFor("the second source's opening") {
                site.events == ["start door \(second)"]
            }
        }

        @Test func interleavedKnocksOpenForBoth() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000,9000"))
            let sources = ["198.18.1.2", "198.18.1.3", "fd00:198:18:1::2"]
            try site.inject(
                [7000, 8000, 9000].flatMap { port in sources.map { "0 " + site.frame(port, from: $0) } })
            try await site.waitFor("three openings") {
                Set(site.events) == Set(sources.map { "start door \($0)" })
            }
        }
    }
}
