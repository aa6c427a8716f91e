// Shows that two openings with one and the same stop command share it: the first to end does not shut the other.
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct S73OneStopForTwoDoors {
        /// Their words are the same for all addresses, and what they do is not.
        @Test func commandsThatReadTheAddressFromTheirEnvironmentAreNoneThatAreShared() async throws {
            let site = try Site()
            defer { site.close() }
            func record(_ what: String) -> String { "echo \"$(date +%s.%N) \(what) $KNOCK_ADDRESS\" >> @DIR@/events" }
            try await site.start(
                DoorText.section(
                    "door", "7000",
                    ["start_command = \(record("start"))", "stop_command = \(record("stop"))", "cmd_timeout = 4"]))
            try site.knock(7000)
            try await site.waitFor("the first start") { site.events.count == 1 }
            try site.knock(7000, from: "198.18.1.3")
            try await site.waitFor("both stops") { site.events.count == 4 }
            #expect(
                Set(site.events)
                    == ["start 198.18.1.2", "start 198.18.1.3", "stop 198.18.1.2", "stop 198.18.1.3"])
        }

        @Test func theLastOneRunsIt() async throws {
            let site = try Site()
            defer { site.close() }
            func door(_ name: String, _ port: Int, timeout: Int) -> String {
                DoorText.section(
                    name, "\(port)",
                    [
                        "start_command = \(DoorText.record("start \(name)"))",
                        "stop_command = \(DoorText.record("stop"))",
                        "cmd_timeout = \(timeout)",
                    ])
            }
            let daemon = try await site.start(door("short", 7000, timeout: 1) + door("long", 8000, timeout: 4))
            try site.knock(7000, 8000)
            try await site.waitFor("the stop") { site.events.contains("stop 198.18.1.2") }
            #expect(daemon.log.lines(containing: "command timeout").count == 2)
            let times = site.timedEvents.map(\.seconds)
            #expect(times.count == 3 && times[2] - times[0] > 3.5, "\(site.events)")
        }
    }
}
