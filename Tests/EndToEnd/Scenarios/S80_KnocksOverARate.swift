// Shows that knocks over a rate are refused for good: no copy of one opens anything, not when the rate has recovered and
// not after the daemon was killed; that they cost neither rows in the ledger nor a record each; and that their owner waits no
// longer than a moment for it.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S80KnocksOverARate {
        private static let sentBefore = "it was sent before"
        private static let tooOften = "too many knocks from this key"
        private static let configuration =
            Site.signedOptions() + DoorText.signed("door", keys: "laptop,phone", timeout: 60)

        /// Waits until all that was sent before is judged: until a knock of another key, which has its own rate, has opened.
        private func waitUntilJudged(_ site: Site, from source: String) async throws {
            try site.knockSigned("door", key: "phone", from: source)
            try await site.waitFor("all to be judged") { site.openings.contains("door \(source)") }
        }

        /// Sends so many knocks at once, from the client, and waits until each was accepted or refused.
        private func burst(_ site: Site, count: Int) async throws -> [String] {
            let knocks = try site.sign("door", count: count)
            try site.inject(knocks.map { "0 " + site.signedFrame($0) })
            try await waitUntilJudged(site, from: "198.18.1.70")
            // Of these lines each key has so many.
            #expect(site.log.lines(containing: Self.tooOften).count >= count - 64, "\(site.log)")
            return knocks
        }

        /// Sends copies from another address, none of which may open anything.
        private func expectNothing(of knocks: [String], from source: String, in site: Site) async throws {
            try site.inject(knocks.map { "0 " + site.signedFrame($0, from: source) })
            try await waitUntilJudged(site, from: "198.18.1.71")
            #expect(!site.log.contains("\(source): door: OPEN SESAME"), "\(site.log)")
            #expect(!site.openings.contains("door \(source)"))
        }

        @Test func noCopyOpensAnythingWhenTheRateHasRecovered() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            try await site.start(Self.configuration)
            let knocks = try await burst(site, count: 100)
            // Each of 100 copies would have its place by now.
            try await Task.sleep(for: .seconds(3))
            try await expectNothing(of: knocks, from: "198.18.1.77", in: site)
            try site.knockSigned("door", from: "198.18.1.5")
            try await site.waitFor("a new knock") { site.openings.last == "door 198.18.1.5" }
        }

        @Test(arguments: [SIGTERM, SIGKILL])
        func noCopyOpensAnythingAtTheNextDaemon(signal: Int32) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            let daemon = try await site.start(Self.configuration)
            let knocks = try await burst(site, count: 100)
            let roles = daemon.roles
            daemon.signal(signal)
            try await site.waitFor("the daemon to be gone") {
                !daemon.isRunning && !roles.contains(where: \.isAlive)
            }
            try await site.start(Self.configuration)
            try await expectNothing(of: knocks, from: "198.18.1.77", in: site)
            // Above the floor that stands for what was refused.
            try await site.knockSignedUntilOpen("door", from: "198.18.1.5")
            #expect(!site.log.contains(LogWords.replayStateLost))
        }

        @Test func whatIsOverARateCostsNoRowsAndNoRecordEach() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            let daemon = try await site.start(Self.configuration)
            _ = try await burst(site, count: 60)
            let (written, began) = (try bytesWritten(daemon), ContinuousClock.now)
            let knocks = try site.sign("door", count: 1000)
            try site.inject(knocks.enumerated().map { "\($0.offset) " + site.signedFrame($0.element) })
            try await waitUntilJudged(site, from: "198.18.1.71")
            let seconds = Double((ContinuousClock.now - began).components.seconds) + 2
            let ledger = "\(site.scratch)/varlib/knockd"
            let rows = try Command.require([
                "python3", "-c",
                "import sqlite3, glob, sys; "
                    + "print(sum(sqlite3.connect(f).execute('SELECT count(*) FROM spent').fetchone()[0] "
                    + "for f in glob.glob(sys.argv[1] + '/*.db')))",
                ledger,
            ]).trimmingCharacters(in: .whitespacesAndNewlines)
            // What the rate lets through, and no more.
            #expect((Int(rows) ?? .max) <= 64 + Int(9 * seconds), "\(rows) rows")
            let more = try bytesWritten(daemon) - written
            #expect(more < Int(seconds * 9 * 40_000) + 400_000, "\(more) bytes in \(seconds) s")
        }

        /// By the daemon's own process, to files.
        private func bytesWritten(_ daemon: Daemon) throws -> Int {
            let line = Command.text(at: "/proc/\(daemon.this.pid)/io").lines(containing: "wchar: ").first
            return try #require(line.flatMap { Int($0.dropFirst("wchar: ".count)) })
        }
    }
}
