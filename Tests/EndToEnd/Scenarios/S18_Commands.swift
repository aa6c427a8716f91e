// Shows how commands are run: nothing waits for one that hangs, command_limit ends it with all it started, a failure is
// logged and the stop still runs; and a command gets the daemon's environment and umask, but none of its descriptors.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S18Commands {
        @Test func hangingStartIsEndedAndNothingElseWaits() async throws {
            let site = try Site()
            defer { site.close() }
            // The child ignores TERM, so that only KILL to the whole group ends it.
            let stuck = DoorText.section(
                "stuck", "7000,7001",
                [
                    "start_command = trap '' TERM; echo $$ > @DIR@/group; sleep 3600 & sleep 3600; sleep 3600",
                    "stop_command = \(DoorText.record("stop stuck"))", "cmd_timeout = 1", "command_limit = 5",
                ])
            try await site.start(stuck + DoorText.recording("door", "8000,8001", timeout: 60))
            try site.knock(7000, 7001)
            try await site.waitFor("the hanging start") { !site.read("group").isEmpty }
            try site.knock(8000, 8001)
            try await site.waitFor("the other door") { site.events == ["start door 198.18.1.2"] }
            let shell = RunningProcess(try #require(Int32(site.read("group").split(separator: "\n")[0])))
            #expect(shell.isAlive, "the other door has not waited for it")
            let sleepers = shell.children
            #expect(!sleepers.isEmpty)
            try await site.waitFor("the whole group to be gone") {
                !shell.isAlive && sleepers.allSatisfy { !$0.isAlive }
            }
            #expect(!site.log.lines(containing: "command runs for more than").isEmpty, "\(site.log)")
            try await site.waitFor("its stop") { site.events.contains("stop stuck 198.18.1.2") }
        }

        @Test func endByTermIsEnoughForAPoliteCommand() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.section("door", "7000", ["start_command = exec sleep 3600", "command_limit = 1"]))
            try site.knock(7000)
            try await site.waitForLog("running command: exec sleep 3600")
            try await site.waitFor("the limit to be logged") {
                !site.log.lines(containing: "command runs for more than").isEmpty
            }
        }

        @Test func failingStartIsLoggedAndStopStillRuns() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.section(
                    "door", "7000",
                    ["start_command = exit 7", "stop_command = \(DoorText.record("stop"))", "cmd_timeout = 1"]))
            try site.knock(7000)
            try await site.waitForLog("door: command returned non-zero status code (7)")
            try await site.waitFor("the stop") { site.events == ["stop 198.18.1.2"] }
        }

        @Test func stopWaitsForItsStartAndTheTimeCountsFromTheStartsEnd() async throws {
            let site = try Site()
            defer { site.close() }
            let slow = "\(DoorText.record("begin")); sleep 2; \(DoorText.record("end"))"
            try await site.start(
                DoorText.section(
                    "door", "7000",
                    ["start_command = \(slow)", "stop_command = \(DoorText.record("stop"))", "cmd_timeout = 1"]))
            try site.knock(7000)
            try await site.waitFor("the stop") { site.events.last == "stop 198.18.1.2" }
            #expect(site.events == ["begin", "end", "stop"].map { "\($0) 198.18.1.2" })
            let times = site.timedEvents.map(\.seconds)
            let passed = times[2] - times[1]
            #expect((0.8..<1 + Site.slack).contains(passed), "\(passed) s after the start's end")
        }

        @Test func commandGetsTheDaemonsSurroundingsButNotItsDescriptors() async throws {
            let site = try Site()
            defer { site.close() }
            // ls is a grandchild, because the shell keeps its own descriptor aside while it redirects a child.
            let look = [
                "(ls /proc/$$/fd > @DIR@/descriptors)", "cut -d' ' -f1,5 /proc/$$/stat > @DIR@/group",
                "umask > @DIR@/umask", "echo \"$POSTERN_WORD\" > @DIR@/word", "echo heard; echo %IP% > @DIR@/done",
            ]
            let daemon = try await site.start(
                DoorText.section("door", "7000", ["start_command = \(look.joined(separator: "; "))"]),
                preparing: "umask 0027 && export POSTERN_WORD=handed-on")
            try site.knock(7000)
            try await site.waitFor("the command") { site.read("done") == "198.18.1.2\n" }
            #expect(site.read("descriptors") == "0\n1\n2\n")
            let ids = site.read("group").split(whereSeparator: \.isWhitespace)
            #expect(ids.count == 2 && ids[0] == ids[1], "leader of its own process group: \(ids)")
            #expect(site.read("umask") == "0027\n")
            #expect(site.read("word") == "handed-on\n")
            #expect(daemon.output.contains("heard"), "standard output is the daemon's")
        }
    }
}
