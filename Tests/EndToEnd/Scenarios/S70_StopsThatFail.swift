// Shows that an end that was reached is not an end that succeeded: a stop command that fails is run again until it succeeds,
// at once after kill -9 and at a knock; `stop_success` says what success is; what the firewall has lost is over.
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct S70StopsThatFail {
        /// A door whose stop command fails until there is a file `mended`.
        private static func failing(_ more: String...) -> String {
            let stop = "\(DoorText.record("stop")); test -e @DIR@/mended"
            return DoorText.section(
                "door", "7000",
                ["start_command = \(DoorText.record("start"))", "stop_command = \(stop)", "cmd_timeout = 1"] + more)
        }

        @Test func itIsRunAgainUntilItSucceedsAndEachFailureIsLogged() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(Self.failing())
            try site.knock(7000)
            try await site.waitFor("three stops") { site.events.count { $0.hasPrefix("stop") } == 3 }
            let lines = daemon.log.lines(
                containing: "198.18.1.2: door: stop failed (status 1), it stays open; next try at ")
            #expect(lines.count >= 2, "\(daemon.log)")
            try site.write("mended", "")
            try await site.waitFor("the last stop") { site.events.count { $0.hasPrefix("stop") } == 4 }
            daemon.signal(SIGTERM)
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(site.events.count == 5, "it was over")
        }

        @Test func theNextDaemonRunsItAtOnceAndAKnockRunsStopThenStart() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(Self.failing())
            try site.knock(7000)
            try await site.waitFor("the failure") { daemon.log.contains("stop failed") }
            daemon.signal(SIGKILL)
            try await site.waitFor("its end") { !daemon.isRunning }
            let count = site.events.count
            let next = try await site.start(Self.failing())
            try await site.waitFor("the stop") { site.events.count > count }
            try await site.waitFor("the failure") { next.log.contains("stop failed") }
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count { $0 == "start 198.18.1.2" } == 2 }
            try await site.waitFor("the line about the stop") {
                next.log.contains(
                    "198.18.1.2: door: stop failed (status 1), it stays open; next try when the next opening ends")
            }
            try site.write("mended", "")
            let events = site.events
            let second = try #require(events.lastIndex(of: "start 198.18.1.2"))
            #expect(events[second - 1] == "stop 198.18.1.2")
            try await site.waitFor("the last stop") { site.events.last == "stop 198.18.1.2" }
        }

        @Test func theDaemonsEndTriesForTwentySecondsAndLeavesTheOpeningOnRecord() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(Self.failing())
            try site.knock(7000)
            try await site.waitFor("the failure") { daemon.log.contains("stop failed") }
            let count = site.events.count
            daemon.signal(SIGTERM)
            try await site.waitFor("a try at once") { site.events.count > count }
            try site.write("mended", "")
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(daemon.exit == 0)
        }

        @Test func statusesOfSuccessAreTheDoorsToSay() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(
                DoorText.section(
                    "door", "7000",
                    [
                        "start_command = \(DoorText.record("start"))",
                        "stop_command = \(DoorText.record("stop")); exit 1",
                        "cmd_timeout = 1", "stop_success = 0,1",
                    ]))
            try site.knock(7000)
            try await site.waitFor("the stop") { site.events.last == "stop 198.18.1.2" }
            daemon.signal(SIGTERM)
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(!daemon.log.contains(LogWords.stopFailed))
            #expect(site.events.count == 2)
        }

        /// Two doors add the same rule, each with words of its own, and one stop command takes one away.
        @Test func noRuleIsLeftOfDoorsThatShareAStopCommand() async throws {
            let site = try Site()
            defer { site.close() }
            try site.server.require("iptables", "-P", "INPUT", "ACCEPT")
            let door = DoorText.firewall("door", "7000", timeout: 6)
            let other = DoorText.firewall("other", "9000", timeout: 6).replacing("iptables -I", with: "iptables -A")
            let daemon = try await site.start(door + other)
            try site.knock(7000)
            try site.knock(9000)
            try await site.waitFor("the rules") { try site.rules(for: "198.18.1.2").count == 2 }
            try await site.waitFor("their end") { try site.rules(for: "198.18.1.2").isEmpty }
            #expect(!daemon.log.contains(LogWords.stopFailed))
        }

        @Test func whatTheFirewallHasLostIsOver() async throws {
            let site = try Site()
            defer { site.close() }
            try site.server.require("iptables", "-P", "INPUT", "ACCEPT")
            let daemon = try await site.start(DoorText.firewall("door", "7000", timeout: 6))
            try site.knock(7000)
            try await site.waitFor("the rule") {
                try site.server.require("iptables", "-S", "INPUT").contains("dport 22")
            }
            try site.server.require("iptables", "-F", "INPUT")
            try await site.waitFor("its end") {
                daemon.log.contains("closed: stop failed, but the check finds nothing open")
            }
        }
    }
}
