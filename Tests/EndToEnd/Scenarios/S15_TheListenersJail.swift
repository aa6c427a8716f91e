// Shows the jail of the role that reads hostile bytes, as the kernel itself reports it.
import Testing

extension EndToEnd {
    @Suite struct S15TheListenersJail {
        @Test func listenerHasNoPrivilegeLeft() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            try #require(daemon.listener).expectJail()
        }
    }
}
