// Shows that a full or read-only disk does not keep the owner out: doors open and close, the ledger goes on in
// /run/knockd and says so once, and even then a killed daemon's door is closed after the restart.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S17UnwritableLedger {
        static let broken = [
            "mount -t tmpfs -o ro tmpfs /var/lib",
            "mount -t tmpfs -o size=16k tmpfs /var/lib && { head -c 1000000 /dev/zero > /var/lib/full || true; }",
        ]

        @Test func doorsOpenAndCloseAndTheLedgerGoesOnElsewhere() async {
            await sideBySide(Self.broken) { preparing in
                let site = try Site()
                defer { site.close() }
                let daemon = try await site.start(
                    DoorText.recording("door", "7000,8000", timeout: 1), preparing: preparing)
                for round in 1...2 {
                    try site.knock(7000, 8000)
                    try await site.waitFor("opening \(round) to end") { site.events.count == 2 * round }
                }
                #expect(site.events == ["start", "stop", "start", "stop"].map { "\($0) door 198.18.1.2" })
                #expect(daemon.output.lines(containing: "/run/knockd").count == 1, "\(daemon.log)")
            }
        }

        @Test func killedDaemonsDoorIsClosedAfterTheRestart() async {
            await sideBySide(Self.broken) { preparing in
                let site = try Site()
                defer { site.close() }
                let doors = DoorText.recording("door", "7000,8000", timeout: 6)
                let daemon = try await site.start(doors, preparing: preparing)
                try site.knock(7000, 8000)
                try await site.waitFor("the start") { site.events.count == 1 }
                try await site.waitForRecord(of: 1)
                daemon.signal(SIGKILL)
                try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
                try await site.start(doors, preparing: preparing)
                try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
                #expect(site.events.count == 2)
            }
        }
    }
}
