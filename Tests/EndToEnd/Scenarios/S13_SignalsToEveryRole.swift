// Shows that TERM or HUP to every process of knockd's, as pkill sends it, leaves no door open beyond its time, and that
// the daemon alone bears its name, so that pidof prints one number.
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
            try await site.waitFor("the door's rule") { try !site.rules(for: "198.18.1.2").isEmpty }
            daemon.signalAll(signal)
            try await site.waitFor("the rule to go") { try site.rules(for: "198.18.1.2").isEmpty }
            if signal == SIGTERM {
                try await site.waitFor("the daemon to end") { !daemon.isRunning }
                #expect(daemon.exit == 0)
            }
        }

        @Test func knocksWorkAgainAfterAHangUpOfEveryRole() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            daemon.signalAll(SIGHUP)
            try await site.waitFor("a knock to open the door") {
                try site.knock(7000, 8000)
                return !site.events.isEmpty
            }
            #expect(daemon.isRunning)
        }

        @Test func everyProcessBearsItsNameAndPidofPrintsOneNumber() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions("") + DoorText.signed("door"))
            #expect(daemon.this.name == "knockd")
            try await site.waitFor("both roles") {
                daemon.this.children.map(\.name).sorted() == ["knockd-listener", "knockd-verifier"]
            }
            for role in daemon.this.children { #expect(role.commandLine.hasPrefix("\(role.name) ")) }
            let numbers = try Command.require(["pidof", "knockd"]).split(whereSeparator: \.isWhitespace)
            #expect(numbers.contains("\(daemon.this.pid)"))
            #expect(daemon.roles.allSatisfy { !numbers.contains("\($0.pid)") })
        }
    }
}
