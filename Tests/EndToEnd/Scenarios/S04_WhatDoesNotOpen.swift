// Shows what does not open a door: the wrong order, a port of another door in between, a pause longer than seq_timeout;
// and that the pause is noticed by a timer, not by the next packet. Each time a later knock at another door, seen to
// work, proves that the earlier frames had been looked at.
import Testing

extension EndToEnd {
    @Suite struct S04WhatDoesNotOpen {
        static let doors =
            DoorText.recording("door", "7000,8000,9000", timeout: 3, "seq_timeout = 2")
            + DoorText.recording("other", "7500,7501") + DoorText.recording("fence", "6000")

        @Test(arguments: [[7000, 9000, 8000], [9000, 8000, 7000], [7000, 8000, 7500, 9000], [8000, 9000]])
        func wrongSequenceDoesNotOpen(ports: [Int]) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(Self.doors)
            try site.inject(
                ports.enumerated().map { "\($0.offset) " + site.frame($0.element) }
                    + ["20 " + site.frame(6000, from: "198.18.1.3")])
            try await site.waitFor("the later knock") { site.events.contains("start fence 198.18.1.3") }
            #expect(site.openings == ["fence 198.18.1.3"], "\(site.log)")
        }

        @Test func pauseLongerThanTheTimeoutEndsTheAttemptWithoutAnotherPacket() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(Self.doors)
            try site.knock(7000)
            try await site.waitForLog("198.18.1.2: door: Stage 1")
            try await site.waitForLog("198.18.1.2: door: sequence timeout (stage 1)")
            try site.inject([
                "0 " + site.frame(8000), "1 " + site.frame(9000), "20 " + site.frame(6000, from: "198.18.1.3"),
            ])
            try await site.waitFor("the later knock") { site.events.contains("start fence 198.18.1.3") }
            #expect(site.openings == ["fence 198.18.1.3"], "\(site.log)")
        }

        @Test func timeoutCountsFromTheFirstKnockAndNamesTheStageReached() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(Self.doors)
            // The last knock comes less than the time after the second one, and more than that after the first one.
            try site.inject([
                "0 " + site.frame(7000), "1200 " + site.frame(8000), "2600 " + site.frame(9000),
                "2620 " + site.frame(6000, from: "198.18.1.3"),
            ])
            try await site.waitFor("the later knock") { site.events.contains("start fence 198.18.1.3") }
            #expect(site.openings == ["fence 198.18.1.3"], "\(site.log)")
            #expect(site.log.contains("198.18.1.2: door: sequence timeout (stage 2)"), "\(site.log)")
        }
    }
}
