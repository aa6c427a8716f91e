// Shows that a network that repeats itself does no harm: retransmitted knocks are tolerated at every stage, a sequence
// may hold the same port twice, and the first port starts again after a false start.
import Testing

extension EndToEnd {
    @Suite struct S05RepeatedKnocks {
        @Test(arguments: [
            [7000, 7000, 8000, 9000], [7000, 8000, 8000, 8000, 9000], [7000, 7000, 8000, 8000, 9000],
            [7000, 8000, 7000, 8000, 9000],
        ])
        func repeatedKnocksStillOpen(ports: [Int]) async throws {
            try await expectOpening("7000,8000,9000", by: ports)
        }

        @Test func samePortTwiceIsASequence() async throws {
            try await expectOpening("7000,7000,8000", by: [7000, 7000, 8000])
        }

        @Test func oneKnockIsNotEnoughWhereTheSequenceHasThePortTwice() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.recording("door", "7000,7000,8000") + DoorText.recording("fence", "6000"))
            try site.inject([
                "0 " + site.frame(7000), "1 " + site.frame(8000), "20 " + site.frame(6000, from: "198.18.1.3"),
            ])
            try await site.waitFor("the later knock") { site.events.contains("start fence 198.18.1.3") }
            #expect(site.openings == ["fence 198.18.1.3"], "\(site.log)")
        }

        private func expectOpening(_ sequence: String, by ports: [Int]) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", sequence))
            try site.inject(ports.enumerated().map { "\($0.offset * 5) " + site.frame($0.element) })
            try await site.waitFor("the door to open") { site.events == ["start door 198.18.1.2"] }
        }
    }
}
