// Shows what SIGHUP does: a good file counts from then on, a bad one is reported and changes nothing, openings go on,
// and the interface stays the one of the start.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S29Reload {
        @Test func newDoorsCountAndOpeningsGoOn() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("old", "7000,8000", timeout: 3))
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events == ["start old 198.18.1.2"] }
            let another = "[options]\n    Interface = nosuch0\n\n" + DoorText.withoutStop("new", "5000,5001")
            try site.write("knockd.conf", another)
            daemon.signal(SIGHUP)
            try await site.waitForLog("re-reading config file")
            try await site.waitFor("the new door to open") {
                try site.knock(5000, 5001)
                return site.events.contains("start new 198.18.1.2")
            }
            try await site.waitFor("the old stop") { site.events.contains("stop old 198.18.1.2") }
        }

        @Test func aBadFileChangesNothing() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.withoutStop("door", "7000,8000"))
            try site.write("knockd.conf", "[door]\nsequence = 70000\n")
            daemon.signal(SIGHUP)
            try await site.waitFor("the diagnostic") { daemon.errors.contains("knockd.conf:2:12: ") }
            try site.knock(7000, 8000)
            try await site.waitFor("the old door to open") { !site.events.isEmpty }
        }
    }
}
