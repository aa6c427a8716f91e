// Shows that an interface may go down and up, or be deleted and made anew, under the daemon: it hears knocks again.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S27InterfaceComesAndGoes {
        @Test func theSameListenerHearsAgainAfterDownAndUp() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.withoutStop("door", "7000,8000"))
            let listener = try #require(daemon.listener)
            try site.server.require("ip", "link", "set", "ks0", "down")
            try await site.waitForLog("interface ks0 is down, waiting for it")
            try site.server.require("ip", "link", "set", "ks0", "up")
            try await site.waitFor("a knock to be heard") {
                try site.knock(7000, 8000)
                return !site.events.isEmpty
            }
            #expect(daemon.listener == listener)
        }

        @Test func aDeletedInterfaceDoesNotEndTheDaemonNorLeaveADoorOpen() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000", timeout: 2))
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.server.require("ip", "link", "del", "ks0")
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            #expect(daemon.isRunning)
            #expect(daemon.errors.lines(containing: LogWords.roleEnded).count <= 2, "told once, not at every try")
            #expect(daemon.output.lines(containing: "interface ks0 is not there").count == 1)
        }
    }
}
