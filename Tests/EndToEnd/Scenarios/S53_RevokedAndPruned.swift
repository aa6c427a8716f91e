// Shows that what is revoked holds nothing open, even if it has gone from its file before the daemon looks: a key that is
// revoked and pruned in one go, while the daemon runs and while it is down.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S53RevokedAndPruned {
        private static let door = Site.signedOptions() + DoorText.signed("door", keys: "laptop", timeout: 600)

        private func open(_ site: Site) async throws -> Daemon {
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.door)
            try site.knockSigned("door")
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            try site.knockctl("rotate", "laptop", "--grace", "1h")
            return daemon
        }

        private func revokeAndPrune(_ site: Site) throws {
            try site.knockctl("revoke", "laptop", "--generation", "1")
            try site.knockctl("prune")
        }

        private func waitForStop(_ site: Site) async throws {
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
            #expect(site.events.count == 2)
        }

        @Test func whileTheDaemonRuns() async throws {
            let site = try Site()
            defer { site.close() }
            _ = try await open(site)
            try revokeAndPrune(site)
            try await waitForStop(site)
        }

        @Test func whileTheDaemonIsDown() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await open(site)
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
            try revokeAndPrune(site)
            _ = try await site.start(Self.door)
            try await waitForStop(site)
        }
    }
}
