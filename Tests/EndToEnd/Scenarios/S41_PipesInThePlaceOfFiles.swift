// Shows that nobody keeps the daemon from closing doors by putting a pipe in the place of a file that it reads.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S41_PipesInThePlaceOfFiles {
        private let doors =
            DoorText.recording("door", "7000,8000", timeout: 2)
                + """
                [once]
                one_time_sequences = @DIR@/ots
                start_command = \(DoorText.record("start once"))

                """

        private func put(pipeAt path: String) throws {
            try FileManager.default.removeItem(atPath: path)
            try #require(unsafe mkfifo(path, 0o600) == 0)
        }

        /// Starts a daemon and opens its door.
        private func startAndOpen(_ site: Site) async throws -> Daemon {
            try site.write("ots", "7001,8001\n")
            let daemon = try await site.start(doors)
            try site.knock(7000, 8000)
            try await site.waitFor("the door to open") { site.events.count == 1 }
            return daemon
        }

        @Test(arguments: ["a knock", "a reload"])
        func aOneTimeFileThatHasBecomeAPipeHoldsNothingUp(cause: String) async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await startAndOpen(site)
            try put(pipeAt: "\(site.scratch)/ots")
            if cause == "a knock" { try site.knock(7001, 8001) } else { daemon.signal(SIGHUP) }
            try await site.waitFor("the door to close") { site.events.last == "stop door 198.18.1.2" }
            try await site.waitFor("the reason") { daemon.errors.contains("not a regular file") }
            #expect(daemon.isRunning)
        }

        @Test func aConfigurationThatHasBecomeAPipeIsRefused() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await startAndOpen(site)
            try put(pipeAt: "\(site.scratch)/knockd.conf")
            daemon.signal(SIGHUP)
            try await site.waitFor("the door to close") { site.events.last == "stop door 198.18.1.2" }
            try await site.waitFor("the reason") { daemon.errors.contains("not a regular file") }
            #expect(daemon.isRunning)
        }
    }
}
