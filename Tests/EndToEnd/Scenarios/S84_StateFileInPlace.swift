// Shows what becomes of openings when StateFile is not the file any more that the daemon has open, or is there again: none
// is lost, and what turns up is closed at once, whether a timer or a knock has found it.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S84StateFileInPlace {
        private static let door = DoorText.recording("door", "7000,8000", timeout: 6)
        private static let moved = "(the file was removed or replaced), going on in /run/knockd"

        private func kill(_ daemon: Daemon, in site: Site) async throws {
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
        }

        private func open(_ site: Site, from source: String) async throws {
            try site.knock(7000, 8000, from: source)
            try await site.waitFor("the start") { site.events.contains("start door \(source)") }
        }

        private func ledger(of site: Site) throws -> String {
            let folder = "\(site.scratch)/varlib/knockd"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            return "\(folder)/\(try #require(names.first { $0.hasSuffix(".db") }))"
        }

        @Test func whateverHappensToTheFileDoorsAreClosed() async {
            await sideBySide(["rm", "rm -r", "replace", "knock"]) { what in
                switch what {
                case "rm": try await theTimerNoticesIt { try FileManager.default.removeItem(atPath: ledger(of: $0)) }
                case "rm -r":
                    try await theTimerNoticesIt {
                        try FileManager.default.removeItem(atPath: "\($0.scratch)/varlib/knockd")
                    }
                case "replace": try await theNextKnockNoticesIt()
                default: try await aKnockFindsWhatTheTimerWouldHaveFound()
                }
            }
        }

        /// The door is open when the file goes, and nobody knocks until the daemon is killed.
        private func theTimerNoticesIt(_ happen: (Site) throws -> Void) async throws {
            let site = try Site()
            defer { site.close() }
            let door = DoorText.recording("door", "7000,8000", timeout: 25)
            let first = try await site.start(door)
            try await open(site, from: "198.18.1.2")
            try await site.waitForRecord(of: 1)
            try happen(site)
            try await site.waitFor("the loss to be noticed") { first.output.contains(Self.moved) }
            try await kill(first, in: site)
            let second = try await site.start(Self.door)
            second.signal(SIGTERM)
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
        }

        private func theNextKnockNoticesIt() async throws {
            let site = try Site()
            defer { site.close() }
            let first = try await site.start(Self.door)
            let file = try ledger(of: site)
            try Command.require(["sh", "-c", "cp -a '\(file)' '\(file).copy' && mv '\(file).copy' '\(file)'"])
            try await open(site, from: "198.18.1.2")
            #expect(first.output.lines(containing: Self.moved).count == 1)
            try await site.waitForRecord(of: 1)
            try await kill(first, in: site)
            try await site.start(Self.door)
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
        }

        /// StateFile, with an opening in it, is there again; before the daemon has looked there a knock finds /run full.
        private func aKnockFindsWhatTheTimerWouldHaveFound() async throws {
            let site = try Site()
            defer { site.close() }
            try site.mountDisk("run")
            try await site.start(Self.door)
            try await open(site, from: "198.18.1.2")
            try await site.waitForRecord(of: 1)
            try await kill(site.daemons[0], in: site)
            let (folder, away) = ("\(site.scratch)/varlib/knockd", "\(site.scratch)/varlib/away")
            try Command.require(["sh", "-c", "mv '\(folder)' '\(away)' && touch '\(folder)'"])

            let second = try await site.start(Self.door)
            #expect(second.output.contains("going on in /run/knockd"))
            try Command.require(["sh", "-c", "rm '\(folder)' && mv '\(away)' '\(folder)'"])
            try site.fillDisk("run")
            var source = 3
            try await site.waitFor("the ledger to move") {
                try site.knock(7000, 8000, from: "198.18.2.\(source)")
                source += 1
                return site.log.contains("198.18.1.2: door: closing what an earlier run left open")
                    || site.events.contains("stop door 198.18.1.2")
            }
            try await site.waitFor("the stop") { site.events.contains("stop door 198.18.1.2") }
        }
    }
}
