// Shows that a sequence may mix TCP and UDP, and that the protocol counts, not only the port.
import Testing

extension EndToEnd {
    @Suite struct S03MixedProtocols {
        @Test func tcpAndUDPKnocksOpenOneDoor() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000:udp,8000:tcp,9000:udp"))
            try site.inject([
                "0 " + site.frame(7000, "udp -"), "1 " + site.frame(8000), "2 " + site.frame(9000, "udp -"),
            ])
            try await site.waitFor("the door to open") { site.events == ["start door 198.18.1.2"] }
        }

        @Test func rightPortWithTheOtherProtocolDoesNotOpen() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.recording("door", "7000:udp,8000:tcp,9000:udp") + DoorText.recording("fence", "6000"))
            try site.inject([
                "0 " + site.frame(7000, "udp -"), "1 " + site.frame(8000, "udp -"), "2 " + site.frame(9000, "udp -"),
                "5 " + site.frame(6000, from: "198.18.1.3"),
            ])
            try await site.waitFor("the later knock") { site.events.contains("start fence 198.18.1.3") }
            #expect(site.openings == ["fence 198.18.1.3"])
        }
    }
}
