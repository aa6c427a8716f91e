// Shows `reknock = auto`: a knock while the door is open opens again what the firewall has lost, runs nothing where all is in place,
// and runs stop and start where nothing can be known, as where the check hangs; and what a reload means for what is open.
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct S72KnockingAgain {
        private func rules(_ site: Site) throws -> Int {
            try site.server.require("iptables", "-S", "INPUT").split(separator: "\n").count { $0.contains("dport 22") }
        }

        @Test func aKnockOpensAgainWhatAFirewallReloadHasTaken() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.firewall("door", "7000", timeout: 60))
            try site.knock(7000)
            try await site.waitFor("the rule") { try rules(site) == 1 }
            try site.server.require("iptables", "-F", "INPUT")
            try site.knock(7000)
            try await site.waitFor("the rule") { try rules(site) == 1 }
            #expect(daemon.log.contains("the opening is gone from the firewall, running start again"))
            try await site.waitForLog("door: open again until ")
        }

        @Test func aKnockRunsNothingWhereAllIsInPlace() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.firewall("door", "7000", timeout: 60))
            try site.knock(7000)
            try await site.waitFor("the rule") { try rules(site) == 1 }
            try site.knock(7000)
            try await site.waitForLog("door: stays open until ")
            #expect(try rules(site) == 1)
            #expect(daemon.output.lines(containing: "running command").count == 1)
        }

        @Test func anNftablesSetIsAskedToo() async throws {
            let site = try Site()
            defer { site.close() }
            let table = "add table inet t; add set inet t allow { type ipv4_addr; flags timeout; }"
            try site.server.require("nft", table)
            let daemon = try await site.start(
                DoorText.section(
                    "door", "7000",
                    [
                        "start_command = nft add element inet t allow { %IP% timeout 60s }",
                        "stop_command = nft delete element inet t allow { %IP% }", "cmd_timeout = 60",
                    ]))
            func isOpen() throws -> Bool {
                try site.server.require("nft", "list", "set", "inet", "t", "allow").contains("198.18.1.2")
            }
            try site.knock(7000)
            try await site.waitFor("the element") { try isOpen() }
            try site.server.require("nft", "flush", "set", "inet", "t", "allow")
            try site.knock(7000)
            try await site.waitFor("the element") { try isOpen() }
            #expect(daemon.log.contains("the opening is gone from the firewall"))
        }

        @Test func whereNothingCanBeKnownStopAndStartRun() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000", timeout: 60))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.knock(7000)
            try await site.waitForLog("door: stays open until ")
            #expect(site.events.count == 1, "it is younger than two seconds")
            // As old as it has to be.
            try await Task.sleep(for: .seconds(2.1))
            try site.knock(7000)
            try await site.waitFor("stop and start") { site.events.count == 3 }
            #expect(site.events == ["start door 198.18.1.2", "stop door 198.18.1.2", "start door 198.18.1.2"])
        }

        /// Five seconds are for the answer; knocks meanwhile count, and nothing runs for them.
        @Test func aCheckThatHangsIsEndedAndThenStopAndStartRun() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.recording(
                    "door", "7000", timeout: 60, "check_command = \(DoorText.record("check door")); exec sleep 300"))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.knock(7000)
            try await site.waitFor("the check") { site.events.count == 2 }
            try site.knock(7000)
            try await site.waitForLog("door: stays open until ")
            #expect(site.events.count == 2)
            try await site.waitFor("stop and start") { site.events.count == 4 }
            let names = site.events.map { $0.split(separator: " ")[0] }
            #expect(names == ["start", "check", "stop", "start"])
            let times = site.timedEvents.map(\.seconds)
            // The check may tell its time a little after it was started.
            #expect((4..<5 + Site.slack).contains(times[2] - times[1]))
        }

        /// A status of its own is an answer, whichever it is; grep's and ls's is 2 where there is no file.
        @Test func anyStatusButZeroSaysThatItIsGone() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.recording("door", "7000", timeout: 60, "check_command = exit 2 # %IP%"))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.knock(7000)
            try await site.waitFor("the next one") { site.events.count == 2 }
            #expect(site.events == ["start door 198.18.1.2", "start door 198.18.1.2"])
        }

        @Test func rerunDoesNotStopForAllAddresses() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.recording("door", "7000", timeout: 60, "reknock = rerun").replacing(
                    "stop door %IP%", with: "stop door all"))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.knock(7000)
            try await site.waitForLog("door: stays open until ")
            #expect(site.events.count == 1)
        }

        @Test func aStartThatHangsAndWasCorrectedGivesWayToTheNextKnock() async throws {
            let site = try Site()
            defer { site.close() }
            let wrong = DoorText.section(
                "door", "7000",
                [
                    "start_command = \(DoorText.record("wrong")); exec sleep 300",
                    "stop_command = \(DoorText.record("stop door"))", "cmd_timeout = 60",
                ])
            let daemon = try await site.start(wrong)
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try await site.reload(daemon, DoorText.recording("door", "7000", timeout: 60))
            try site.knock(7000)
            try await site.waitFor("the corrected start") { site.events.count == 3 }
            #expect(site.events == ["wrong 198.18.1.2", "stop door 198.18.1.2", "start door 198.18.1.2"])
        }

        @Test func aDoorThatWasCorrectedTakesEffectWithTheNextKnock() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000", timeout: 60, "reknock = extend"))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            let corrected = DoorText.recording("door", "7000", timeout: 60, "reknock = extend")
                .replacing("start door", with: "start corrected")
            try await site.reload(daemon, corrected)
            try site.knock(7000)
            try await site.waitFor("the new start") { site.events.count == 3 }
            #expect(
                site.events == ["start door 198.18.1.2", "stop door 198.18.1.2", "start corrected 198.18.1.2"])
        }

        @Test(arguments: [false, true])
        func aReloadEndsWhatItDoesNotGrant(keeps: Bool) async throws {
            let site = try Site()
            defer { site.close() }
            let kept = keeps ? "[options]\nreload_keeps = yes\n" : ""
            let other = DoorText.recording("other", "9000", timeout: 60)
            let daemon = try await site.start(kept + DoorText.recording("door", "7000", timeout: 60) + other)
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            try await site.reload(daemon, kept + other)
            try site.knock(9000)
            try await site.waitFor("the other's start") { site.events.contains("start other 198.18.1.2") }
            if keeps {
                #expect(site.events.count == 2)
            } else {
                try await site.waitFor("the stop") { site.events.contains("stop door 198.18.1.2") }
                #expect(daemon.log.contains("closing 1 opening that the new configuration does not grant"))
            }
        }
    }
}
