// Shows that TERM or HUP to every process named knockd, as killall sends it, leaves no door open beyond its time.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S13SignalsToEveryRole {
        @Test(arguments: [SIGTERM, SIGHUP])
        func noDoorStaysOpen(signal: Int32) async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            let daemon = try await site.start(DoorText.firewall("door", "7000,8000", timeout: 3))
            try site.knock(7000, 8000)
            try await site.waitFor("the door's rule", within: 5) { try !site.rules(for: "198.18.1.2").isEmpty }
            daemon.signalAll(signal)
            try await site.waitFor("the rule to go", within: 5) { try site.rules(for: "198.18.1.2").isEmpty }
            if signal == SIGTERM {
                try await site.waitFor("the daemon to end", within: 5) { !daemon.isRunning }
                #expect(daemon.exit == 0)
            }
        }

        @Test func knocksWorkAgainAfterAHangUpOfEveryRole() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            daemon.signalAll(SIGHUP)
            try await site.waitFor("a knock to open the door", within: 10) {
                try site.knock(7000, 8000)
                return !site.events.isEmpty
            }
            #expect(daemon.isRunning)
        }

        @Test func everyRoleIsNamedKnockd() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            #expect(daemon.this.name == "knockd")
            #expect(!daemon.this.children.isEmpty)
            #expect(daemon.this.children.allSatisfy { $0.name == "knockd" })
        }
    }
}
