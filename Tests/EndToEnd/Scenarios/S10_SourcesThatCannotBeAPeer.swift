// Shows that a source that cannot be a peer opens nothing, whatever it knocks. The same knock from a real address,
// sent after them, opens, which proves that the others were looked at.
import Testing

extension EndToEnd {
    @Suite struct S10SourcesThatCannotBeAPeer {
        static let sources = [
            "0.0.0.0", "0.0.0.5", "127.0.0.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
            "::", "::1", "ff02::1", "::ffff:198.18.1.9",
        ]

        @Test func impossibleSourcesOpenNothing() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000,9000", timeout: 30))
            for source in Self.sources { try site.knock(7000, 8000, 9000, from: source) }
            try site.knock(7000, 8000, 9000, from: Site.clientAddress6)
            try site.knock(7000, 8000, 9000)
            try await site.waitFor("both real openings") {
                ["198.18.1.2", Site.clientAddress6].allSatisfy { site.events.contains("start door \($0)") }
            }
            #expect(site.events.count == 2, "\(site.events)")
        }
    }
}
