// Shows that spoofed first knocks by the hundred thousand neither keep a legitimate knock out nor fill the memory.
import Testing

extension EndToEnd {
    @Suite(.alone) struct S23Flood {
        @Test func legitimateKnockOpensInTheMiddleOfAFlood() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000,9000", timeout: 60))
            let before = try #require(daemon.listener).residentKiB
            let flood = try site.startFlood(count: 200_000, perSecond: 40_000, port: 7000)
            try await site.waitFor("the flood") { daemon.output.contains(" about knocks dropped") }
            // 100 ms apart, so that thousands of spoofed knocks come between.
            try site.inject([7000, 8000, 9000].enumerated().map { "\($0.offset * 100) " + site.frame($0.element) })
            try await site.waitFor("the door to open") { site.events == ["start door 198.18.1.2"] }
            #expect(flood.isRunning)
            try await site.waitFor("the flood to end") { !flood.isRunning }
            #expect(flood.exit == 0)
            let resident = try #require(daemon.listener).residentKiB
            #expect(resident - before < 14 * 1024, "\(resident) KiB, \(before) before")
            #expect(daemon.this.residentKiB < 24 * 1024, "\(daemon.this.residentKiB) KiB")
            #expect(daemon.output.utf8.count < 4 << 20, "log lines caused by packets are limited")
        }
    }
}
