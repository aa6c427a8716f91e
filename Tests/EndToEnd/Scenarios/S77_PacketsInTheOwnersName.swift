// Shows that somebody who can send packets in the owner's name, but see none, does not keep the owner of a strict door
// out: a hundred forged packets a second, whatever they are. That a scan which sends as many opens nothing. And that the
// log says what has ended an attempt.
import Testing

extension EndToEnd {
    @Suite struct S77PacketsInTheOwnersName {
        private static let ports = [7000, 8000, 9000]
        private static let door = DoorText.withoutStop(
            "door", "7000,8000,9000", "seq_timeout = 25", "strict_sequence = yes", "tcpflags = syn")
        private static let other = DoorText.withoutStop("other", "5000,5001")

        /// What is sent in the owner's name, by its number.
        static let forgeries: [(String, @Sendable (Int) -> String)] = [
            ("one port", { _ in "22 tcp syn" }), ("datagrams", { "\(10_000 + $0) udp -" }),
            ("any port", { "\(1 + $0 * 7919 % 65_535) tcp syn" }),
            ("first knocks", { _ in "7000 tcp syn" }), ("last knocks", { _ in "9000 tcp syn" }),
            ("ports of the filter", { "\([9000, 5000, 8000, 7000, 5001][$0 * 3 % 5]) tcp syn" }),
        ]

        @Test(arguments: forgeries.indices)
        func aHundredForgedPacketsASecondKeepNobodyOut(number: Int) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(Self.door + Self.other)
            let owners = 10
            var frames: [(at: Int, line: String)] = []
            for owner in 0..<owners {
                let source = "198.18.1.\(20 + owner)"
                let first = 200 * owner + 77
                for (step, port) in Self.ports.enumerated() {
                    let at = first + 50 * step
                    frames.append((at, "\(at) \(site.frame(port, from: source))"))
                }
                // For half a second before him, while he knocks, and after.
                for count in 0..<80 {
                    let at = first - 500 + 10 * count
                    if at >= 0 {
                        let what = Self.forgeries[number].1(count)
                        frames.append((at, "\(at) \(source) \(Site.serverAddress) \(what)"))
                    }
                }
            }
            try site.inject(frames.sorted { $0.at < $1.at }.map(\.line))
            let wanted = Set((0..<owners).map { "door 198.18.1.\(20 + $0)" })
            try await site.waitFor("all owners to be in") { wanted.isSubset(of: site.openings) }
        }

        /// A scan is as fast as the forger; ports eighteen apart are met with seventeen wrong packets between them.
        @Test func aScanThatIsAsFastOpensNothing() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.withoutStop("near", "7002,7020,7038", "strict_sequence = yes", "seq_timeout = 25")
                    + DoorText.withoutStop("loose", "7002,7020,7038") + Self.other)
            for (client, order) in [Array(7000...7045), Array(7000...7045).reversed()].enumerated() {
                let source = "198.18.1.\(20 + client)"
                try site.inject(order.enumerated().map { "\($0.offset * 2) \(site.frame($0.element, from: source))" })
            }
            try site.knock(5000, 5001, from: "198.18.1.9")
            try await site.waitFor("the other door") { site.openings.contains("other 198.18.1.9") }
            #expect(site.openings == ["loose 198.18.1.20", "other 198.18.1.9"])
        }

        @Test func theLogSaysWhatHasEndedAnAttempt() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start("[options]\nlogfile = @DIR@/log\n" + Self.door + Self.other)
            try site.inject(
                (["7000 tcp syn"] + (0..<17).map { _ in "22 tcp syn" }).enumerated().map {
                    "\($0.offset) 198.18.1.2 \(Site.serverAddress) \($0.element)"
                })
            try await site.waitFor("the line") {
                site.read("log").contains("] 198.18.1.2: door: attempt at stage 1 ended by 22:tcp\n")
            }
            try site.knock(5000, 7000, from: "198.18.1.3")
            try await site.waitFor("the other door's line") {
                site.read("log").contains("] 198.18.1.3: other: attempt at stage 1 ended by 7000:tcp\n")
            }
        }
    }
}
