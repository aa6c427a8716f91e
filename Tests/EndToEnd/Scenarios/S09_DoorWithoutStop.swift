// Shows that a door without a stop command is a bell: every completed sequence runs start.
import Testing

extension EndToEnd {
    @Suite struct S09DoorWithoutStop {
        @Test func eachCompletedSequenceRunsStart() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.withoutStop("bell", "7000,8000"))
            for round in 1...3 {
                try site.knock(7000, 8000)
                try await site.waitFor("start number \(round)") { site.events.count == round }
            }
            #expect(Set(site.events) == ["start bell 198.18.1.2"])
        }
    }
}
