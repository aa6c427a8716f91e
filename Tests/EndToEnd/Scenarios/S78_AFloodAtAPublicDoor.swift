// Shows that whoever knows the sequence of one door cannot fill the table of attempts so that no other door opens: sources
// by the hundred thousand wait at Stage 2 of it, and more come all the time.
import Testing

extension EndToEnd {
    @Suite(.alone) struct S78AFloodAtAPublicDoor {
        /// The table has 262,144 places.
        private static let (sources, rate) = (300_000, 75_000)

        @Test func theOwnersOfOtherDoorsAreLetIn() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(
                DoorText.withoutStop("public", "1000,2000,3000", "seq_timeout = 120", "tcpflags = syn")
                    + DoorText.withoutStop("private", "7000,8000,9000", "tcpflags = syn")
                    + DoorText.withoutStop("strict", "7100,8100,9100", "strict_sequence = yes", "tcpflags = syn"))
            let before = try #require(daemon.listener).residentKiB
            for port in [1000, 2000] {
                let flood = try site.startFlood(count: Self.sources, perSecond: Self.rate, port: port)
                try await site.waitFor("the flood of \(port)") { !flood.isRunning }
            }
            let more = try [1000, 2000].map {
                try site.startFlood(count: 600_000, perSecond: 12_000, port: $0, from: "11.0.0.1")
            }
            var frames: [(at: Int, line: String)] = []
            for owner in 0..<20 {
                for (step, port) in [7000, 8000, 9000].enumerated() {
                    let at = owner * 50 + step * 500
                    let knock = owner % 2 == 0 ? port : port + 100
                    frames.append((at, "\(at) \(site.frame(knock, from: "198.18.1.\(20 + owner)"))"))
                }
            }
            try site.inject(frames.sorted { $0.at < $1.at }.map(\.line))
            let wanted = Set((0..<20).map { "\($0 % 2 == 0 ? "private" : "strict") 198.18.1.\(20 + $0)" })
            try? await site.waitFor("all owners to be in") { wanted.isSubset(of: site.openings) }
            let opened = site.openings
            #expect(wanted.isSubset(of: opened), "\(opened.count) of 20 came in")
            for flood in more { #expect(flood.isRunning, "the flood has ended too soon") }
            #expect(daemon.isRunning)
            let resident = try #require(daemon.listener).residentKiB
            #expect(resident - before < 14 << 10, "\(before), then \(resident) KiB")
        }
    }
}
