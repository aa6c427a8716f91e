// Shows that a start command that hangs keeps nothing open: it is ended in its opening's time, or at once when its holder closes,
// and stop is run, also where an earlier daemon has begun it; and that a start without a stop is waited for at the end.
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct S71StartsThatHang {
        private static let hanging = [
            "start_command = \(DoorText.record("start")); exec sleep 300", "stop_command = \(DoorText.record("stop"))",
            "cmd_timeout = 1",
        ]

        @Test func itIsEndedAfterFiveSecondsAndStopIsRun() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.section("door", "7000", Self.hanging))
            try site.knock(7000)
            try await site.waitFor("the stop") { site.events.last == "stop 198.18.1.2" }
            let times = site.timedEvents.map(\.seconds)
            // It may tell its time a little after it was started.
            #expect((4..<5 + Site.slack).contains(times[1] - times[0]), "\(times[1] - times[0]) s")
            #expect(daemon.log.contains("door: command runs for more than 5 s, ending it"))
        }

        @Test func aCloseEndsItAtOnce() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try await site.start(
                Site.signedOptions()
                    + (["[door]", "keys = laptop"] + Self.hanging.dropLast() + ["cmd_timeout = 60"])
                    .joined(separator: "\n") + "\n")
            try site.knockSigned("door")
            try await site.waitFor("the start") { site.events.count == 1 }
            try site.knockSigned("door", "operation=close")
            try await site.waitFor("the stop") { site.events.last == "stop 198.18.1.2" }
        }

        @Test func theNextDaemonEndsOneThatItFindsRunning() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.section("door", "7000", Self.hanging))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            daemon.signal(SIGKILL)
            try await site.waitFor("its end") { !daemon.isRunning }
            try await site.start(DoorText.section("door", "7000", Self.hanging))
            try await site.waitFor("the stop") { site.events.last == "stop 198.18.1.2" }
        }

        @Test func aStartWithoutAStopIsWaitedForAtTheEnd() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(
                DoorText.section(
                    "door", "7000",
                    ["command = \(DoorText.record("open")); sleep 3; \(DoorText.record("closed"))"]))
            try site.knock(7000)
            try await site.waitFor("the start") { site.events.count == 1 }
            daemon.signal(SIGTERM)
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(site.events == ["open 198.18.1.2", "closed 198.18.1.2"])
            #expect(daemon.log.contains("waiting for 1 command without a stop command to end"))
        }
    }
}
