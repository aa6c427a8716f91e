// Shows that the roles watch each other: a killed Listener is noticed, logged and replaced, and a killed Doorkeeper
// leaves no Listener behind.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S14ARoleDies {
        @Test func killedListenerIsReplaced() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            let first = try #require(daemon.listener)
            first.signal(SIGKILL)
            try await site.waitFor("another Listener") {
                daemon.listener.map { $0 != first } ?? false
            }
            try await site.waitForLog("the listener has ended (signal 9)")
            // The new one needs a moment to open its capture; until then knocks go unheard.
            try await site.waitFor("a knock to open the door") {
                try site.knock(7000, 8000)
                return !site.events.isEmpty
            }
        }

        @Test func listenerEndsWhenTheDoorkeeperIsKilled() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            let listener = try #require(daemon.listener)
            daemon.signal(SIGKILL)
            try await site.waitFor("the Listener to be gone") { !listener.isAlive }
        }
    }
}
