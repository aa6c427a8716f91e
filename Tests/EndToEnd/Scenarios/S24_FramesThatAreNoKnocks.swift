// Shows that a frame that only looks like a knock is none: tagged for another VLAN, a later fragment, or a segment cut
// short. A real knock sent after them proves that they had been looked at.
import Testing

extension EndToEnd {
    @Suite struct S24FramesThatAreNoKnocks {
        @Test(arguments: [
            "tcp syn vlan=7", "tcp syn fragoff=1", "tcp syn fragoff=8193", "tcp syn trunc=4", "tcp syn trunc=13",
            "tcp syn trunc=0", "tcp syn trunc=14", "tcp syn trunc=19", "udp - fragoff=1", "udp - trunc=4",
            "tcp syn ext=frag fragoff=8",
        ])
        func frameOpensNothing(kind: String) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.recording("tcp", "7000,8000,9000") + DoorText.recording("udp", "7000:udp,8000:udp,9000:udp")
                    + DoorText.recording("fence", "6000"))
            let isIPv6 = kind.contains("ext=")
            let source = isIPv6 ? Site.clientAddress6 : Site.clientAddress
            try site.inject(
                [7000, 8000, 9000].enumerated().map { "\($0.offset) " + site.frame($0.element, from: source, kind) }
                    + ["20 " + site.frame(6000, from: "198.18.1.3")])
            try await site.waitFor("the later knock") { site.events == ["start fence 198.18.1.3"] }
            #expect(site.log.lines(containing: "\(source): ").isEmpty, "\(site.log)")
        }
    }
}
