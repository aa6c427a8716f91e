// Shows that the daemon closes its doors whatever it inherits: SIGCHLD ignored, an output that nobody reads.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S28OddStarters {
        @Test func doorsCloseAlsoWhenChildrenAreIgnoredByWhoStartsIt() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.recording("door", "7000,8000", timeout: 1), preparing: "trap '' CHLD")
            try site.knock(7000, 8000)
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
        }

        @Test func anOutputThatNobodyReadsKeepsNoDoorOpen() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", DoorText.recording("door", "7000,8000", timeout: 1))
            // A pipe that is full from the start, its reading end open in the daemon itself.
            let daemon = try site.launch(
                preparing: "mkfifo @DIR@/pipe && exec 9<>@DIR@/pipe && head -c 65536 /dev/zero >&9 && exec >&9 2>&9")
            try await site.waitFor("the door to open") {
                try site.knock(7000, 8000)
                return !site.events.isEmpty
            }
            try await site.waitFor("the stop") { site.events.contains("stop door 198.18.1.2") }
            daemon.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(daemon.exit == 0)
        }
    }
}
