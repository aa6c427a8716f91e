// Shows that interface any, at which no VLAN can be told from another, never takes a tagged frame for an untagged one,
// whatever a reload asks for.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S42_TaggedFramesAtAny {
        @Test func aReloadThatNamesAVLANIsRefused() async throws {
            let site = try Site()
            defer { site.close() }
            let door = DoorText.withoutStop("door", "7000,8000")
            let daemon = try await site.start(door, interface: ["-i", "any"])
            try site.write("knockd.conf", door + DoorText.withoutStop("tagged", "7001", "vlan = 7"))
            daemon.signal(SIGHUP)
            try await site.waitFor("the refusal") {
                daemon.errors.contains("interface any does not show VLANs, and door 'tagged' has one")
            }
            try site.inject([7000, 8000].map { "0 \(site.frame($0, "tcp syn", "vlan=7"))" })
            try site.knock(7000, 8000, from: "198.18.1.3")
            try await site.waitFor("the untagged knocks to count") { !site.events.isEmpty }
            #expect(site.events == ["start door 198.18.1.3"])
        }
    }
}
