// Shows our own client: IPv4, IPv6, UDP, a pause between knocks.
import Testing

extension EndToEnd {
    @Suite struct S25OurOwnClient {
        @Test(arguments: [
            ["198.18.1.1"], ["-4", "198.18.1.1"], ["-d", "50", "198.18.1.1"], ["-vd", "50", "198.18.1.1"],
            ["-6", "fd00:198:18:1::1"], ["-d50", "fd00:198:18:1::1"],
        ])
        func ourKnockOpensTheDoor(words: [String]) async throws {
            let source = words.last == Site.serverAddress ? Site.clientAddress : Site.clientAddress6
            try await expectOpening("7000,8000,9000", for: source, by: words + ["7000", "8000", "9000"])
        }

        @Test(arguments: [["-u", "198.18.1.1"], ["-u", "-d", "20", "fd00:198:18:1::1"]])
        func ourKnockOpensAUDPDoor(words: [String]) async throws {
            let source = words.last == Site.serverAddress ? Site.clientAddress : Site.clientAddress6
            try await expectOpening("7000:udp,8000:udp,9000:udp", for: source, by: words + ["7000", "8000", "9000"])
        }

        @Test func protocolsMayDifferPortByPort() async throws {
            try await expectOpening(
                "7000:udp,8000,9000:udp", for: Site.clientAddress,
                by: ["-d", "20", Site.serverAddress, "7000:udp", "8000:tcp", "9000:udp"])
        }

        private func expectOpening(_ sequence: String, for source: String, by words: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            try await site.start(DoorText.recording("door", sequence, timeout: 30))
            let result = try site.client.run([Host.knock] + words)
            #expect(result.status == 0, "\(result)")
            try await site.waitFor("the door to open") { site.events == ["start door \(source)"] }
        }
    }
}
