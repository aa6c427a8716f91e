// Shows that there is no moment at which kill -9 does harm. Doorkeeper, Listener, Verifier, or all of them, are killed at
// random moments while knocks arrive, classic ones and signed ones, of which each datagram comes again and again: no
// opening outlives its time, no start runs twice, no nonce counts twice, no stop is lost, the ledger opens. The same with
// its disk full, or read-only. And in whatever order the roles are killed, none of them stays, nor any capture.
import Glibc
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct S60KilledAtRandom {
        /// What is wrong with the disk that the ledger belongs on.
        enum Disk: String, CaseIterable, CustomTestStringConvertible {
            case healthy, full, readOnly

            var testDescription: String { rawValue }
            var kills: Int { self == .healthy ? 40 : 10 }
        }

        @Test(.alone) func noMomentIsAWrongOne() async {
            await sideBySide(Disk.allCases, killAtRandom)
        }

        private func killAtRandom(on disk: Disk) async throws {
            try await Soak.rounds(
                of: "killed at random, disk \(disk.rawValue)", share: 0.5, kills: disk.kills
            ) { round in
                let verdict = try await verdict(on: disk, round)
                let told = "\(verdict.summary); repeat with TEST_SEED=\(round.seed)"
                #expect(verdict.faults.isEmpty, "\(told)")
                // A daemon that does nothing would do nothing wrong.
                let (knocks, openings) = verdict.calm
                #expect(round.isOver || knocks > round.kills, "\(told)")
                #expect(openings * 10 >= knocks * 9, "\(told)")
                return verdict.summary
            }
        }

        private func verdict(on disk: Disk, _ round: Soak.Round) async throws -> KillVerdict {
            let site = try Site()
            defer { site.close() }
            if disk == .full { try site.mountDisk("varlib") }
            let walk = KillWalk(
                on: site, kills: round.kills, using: SeededGenerator(seed: round.seed),
                preparing: disk == .readOnly ? "mount -o remount,bind,ro /var/lib" : "true", isHome: disk == .healthy)
            try walk.prepare()
            if disk != .healthy { try await walk.liveOnceAtHome() }
            if disk == .full { try site.fillDisk("varlib") }
            try await walk.walk(round)
            try await walk.finish()
            return try KillVerdict(walk)
        }

        // MARK: Every order

        static let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]

        /// Doorkeeper, Listener and Verifier, at once, a little apart, and with a new role on its way.
        @Test func nobodyStays() async {
            await sideBySide(Self.orders.flatMap { order in [0, 5, 103].map { (order, $0) } }, killInTurn)
        }

        private func killInTurn(_ order: [Int], milliseconds: Int) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let configuration =
                Site.signedOptions() + DoorText.signed("door") + DoorText.recording("other", "7000,8000")
            let daemon = try await site.start(configuration)
            try await site.waitFor("both roles to capture") {
                try daemon.roles.count == 2 && captures(site) == 2
            }
            let family = [daemon.this, try #require(daemon.listener), try #require(daemon.verifier)]
            for victim in order {
                family[victim].signal(SIGKILL)
                try await Task.sleep(for: .milliseconds(milliseconds))
            }
            try await site.waitFor("all to be gone") {
                !daemon.isRunning && !site.server.runningProcesses.contains { $0.isKnockd }
            }
            // The kernel takes them away when it can.
            try await site.waitFor("their captures to be gone") { try captures(site) == 0 }
            // The next one has what it needs, and no more.
            try await site.start(configuration)
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { site.events == ["start other 198.18.1.2"] }
            #expect(try captures(site) == 2)
        }

        /// Packet sockets in the server's namespace.
        private func captures(_ site: Site) throws -> Int {
            try site.server.require("cat", "/proc/net/packet").split(separator: "\n").count - 1
        }
    }
}
