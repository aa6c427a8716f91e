// Shows that a datagram opens once: not again at once from elsewhere nor later, not after the daemon has ended or was
// killed, not with its Verifier killed, not under another name of the key. Where nobody can know any more what was
// spent, as with the ledger deleted, damaged or of another boot, knocks are refused for a window, and the log says until when.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S48Replays {
        private static let sentBefore = "it was sent before"
        private static let configuration = Site.signedOptions("TimeWindow = 5") + DoorText.signed("door", keys: "*")

        /// A daemon whose door was opened by the datagram that is returned.
        private func opened(
            _ site: Site, _ configuration: String = configuration
        ) async throws -> (daemon: Daemon, knock: String) {
            try site.makeKeys("laptop")
            let daemon = try await site.start(configuration)
            let knock = try site.knockSigned("door")
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            return (daemon, knock)
        }

        /// Sends a datagram that must be refused, as the last line about this source.
        private func expectRefusal(_ site: Site, _ knock: String, from source: String) async throws {
            let before = site.refusals(Self.sentBefore)
            try site.send(knock, from: source)
            try await site.waitFor("the refusal") { site.refusals(Self.sentBefore) == before + 1 }
            let line = "\(source): door: signed knock from laptop (generation 1) refused: \(Self.sentBefore)"
            #expect(site.log.contains(line))
            #expect(site.openings == ["door 198.18.1.2"])
        }

        private func end(_ daemon: Daemon, by signal: Int32, in site: Site) async throws {
            let roles = daemon.roles
            daemon.signal(signal)
            try await site.waitFor("the daemon to be gone") {
                !daemon.isRunning && !roles.contains(where: \.isAlive)
            }
        }

        @Test func aCopyIsRefusedFromAnywhere() async throws {
            let site = try Site()
            defer { site.close() }
            let knock = try await opened(site, Site.signedOptions() + DoorText.signed("door")).knock
            for source in ["198.18.1.2", "198.18.1.3", Site.clientAddress6, "198.18.1.2"] {
                try await expectRefusal(site, knock, from: source)
            }
            try site.knockSigned("door", from: "198.18.1.5")
            try await site.waitFor("a new knock") { site.openings.last == "door 198.18.1.5" }
        }

        @Test(arguments: [SIGTERM, SIGKILL])
        func aCopyIsRefusedByTheNextDaemon(signal: Int32) async throws {
            let site = try Site()
            defer { site.close() }
            let configuration = Site.signedOptions() + DoorText.signed("door", timeout: 60)
            let (daemon, knock) = try await opened(site, configuration)
            // The start has only just run.
            try await end(daemon, by: signal, in: site)
            try await site.start(configuration)
            try await expectRefusal(site, knock, from: "198.18.1.2")
            try await expectRefusal(site, knock, from: "198.18.1.3")
            #expect(!site.log.contains(LogWords.replayStateLost))
            try site.knockSigned("door", from: "198.18.1.5")
            try await site.waitFor("a new knock") { site.openings.last == "door 198.18.1.5" }
        }

        /// The Verifier is killed with the datagram before it; the one that follows finds it.
        @Test func aKnockThatAKilledVerifierHadBeforeItOpensOnce() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions() + DoorText.signed("door", timeout: 60))
            let first = try #require(daemon.verifier)
            let listener = try #require(daemon.listener)
            first.signal(SIGSTOP)
            let before = listener.processorTime
            let knock = try site.knockSigned("door")
            try await site.waitFor("the Listener to have handed it on") { listener.isAtRest(since: before) }
            #expect(site.openings.isEmpty)
            first.signal(SIGKILL)
            try await site.waitFor("another Verifier") { daemon.verifier.map { $0 != first } ?? false }
            try await site.waitFor("the start") { !site.events.isEmpty }
            try await expectRefusal(site, knock, from: "198.18.1.3")
            #expect(site.events == ["start door 198.18.1.2"])
        }

        /// The Verifier is killed when its claim is on the way, to a Doorkeeper that takes its time.
        @Test func aClaimOfAKilledVerifierCountsOnce() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions() + DoorText.signed("door", timeout: 60))
            let first = try #require(daemon.verifier)
            daemon.signal(SIGSTOP)
            let before = first.processorTime
            let knock = try site.knockSigned("door")
            try await site.waitFor("the Verifier to have judged it") { first.isAtRest(since: before) }
            first.signal(SIGKILL)
            daemon.signal(SIGCONT)
            try await site.waitFor("the start") { !site.events.isEmpty }
            try await site.waitFor("another Verifier") { daemon.verifier.map { $0 != first } ?? false }
            try await expectRefusal(site, knock, from: "198.18.1.3")
            #expect(site.events == ["start door 198.18.1.2"])
        }

        /// What can happen to a ledger while nobody looks.
        enum Damage: CaseIterable, CustomTestStringConvertible {
            case deleted, pagesOverwritten, anotherBoot
            /// What is no database any more may be somebody else's file: it stays, and so does the fault.
            case headerOverwritten

            var testDescription: String { "\(self)" }

            /// Why the state counts as lost, as the log says it.
            var reason: String {
                switch self {
                case .deleted: "the mark beside the keys names another ledger"
                case .headerOverwritten, .pagesOverwritten: "the ledger was damaged"
                case .anotherBoot: "the machine has just started"
                }
            }
        }

        private func ledgerFiles(_ site: Site) throws -> [String] {
            let folder = "\(site.scratch)/varlib/knockd"
            return try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
                .filter { $0.contains(".db") }
        }

        private func inflict(_ damage: Damage, on site: Site) throws {
            let files = try ledgerFiles(site)
            let main = try #require(files.first { $0.hasSuffix(".db") })
            switch damage {
            case .deleted: for file in files { try FileManager.default.removeItem(atPath: file) }
            case .headerOverwritten: try overwrite(main, from: 0, count: 100)
            case .pagesOverwritten: try overwrite(main, from: 4096, count: 1 << 20)
            case .anotherBoot:
                try Command.require([
                    "python3", "-c",
                    "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); "
                        + "assert d.execute(\"UPDATE identity SET boot = 'another'\").rowcount == 1; d.commit()",
                    main,
                ])
            }
        }

        private func overwrite(_ file: String, from start: Int, count: Int) throws {
            var content = try Data(contentsOf: URL(fileURLWithPath: file))
            let range = start..<min(start + count, content.count)
            try #require(!range.isEmpty)
            content.replaceSubrange(range, with: Data(repeating: 0xa5, count: range.count))
            try content.write(to: URL(fileURLWithPath: file))
        }

        @Test func withoutItsLedgerKnocksAreRefusedForAWindow() async {
            await sideBySide(Damage.allCases) { damage in
                let site = try Site()
                defer { site.close() }
                let (daemon, knock) = try await opened(site)
                try await end(daemon, by: SIGTERM, in: site)
                try inflict(damage, on: site)
                let start = ContinuousClock.now
                let next = try await site.start(Self.configuration)
                let lost = try #require(
                    next.output.lines(containing: "signed knocks are valid from").first)
                #expect(lost.hasSuffix(" on (\(damage.reason))"), "\(lost)")
                let time = try #require(lost.firstMatch(of: #/from (\d\d:\d\d:\d\d) on/#)).1
                // The window of 5 s, counted from a start that may have taken its time.
                let times = (0..<8).map { Self.timeOfDay(Date(timeIntervalSinceNow: Double($0))) }
                #expect(times.contains(String(time)), "\(lost), not \(times)")

                try site.send(knock, from: "198.18.1.3")
                try site.knockSigned("door", from: "198.18.1.4")
                let tooEarly = "knocks of this key are valid again from "
                try await site.waitFor("the refusals") {
                    site.refusals(tooEarly) + site.refusals(Self.sentBefore) == 2
                }
                #expect(site.refusals(tooEarly) > 0)
                // Whoever sets this machine's clock meanwhile makes the window begin anew, once more at most.
                try await site.knockSignedUntilOpen("door", from: "198.18.1.5")
                #expect(ContinuousClock.now - start > .seconds(4.9))
                #expect(site.openings == ["door 198.18.1.2", "door 198.18.1.5"])
                try site.send(knock, from: "198.18.1.7")
                try await site.waitFor("a word about the first knock") {
                    site.log.contains("\n198.18.1.7: ")
                }
                #expect(site.openings.count == 2)

                try await end(next, by: SIGTERM, in: site)
                let third = try await site.start(Self.configuration)
                let isLost = third.output.contains("signed knocks are valid from")
                #expect(isLost == (damage == .headerOverwritten), "\(third.log)")
            }
        }

        private static func timeOfDay(_ date: Date) -> String {
            let formatter = DateFormatter()
            formatter.dateFormat = "HH:mm:ss"
            return formatter.string(from: date)
        }

        /// A ledger that cannot be written goes on elsewhere, with all that was spent: for this daemon and for the next.
        @Test func whatWasSpentMovesWithTheLedger() async throws {
            let site = try Site()
            defer { site.close() }
            let configuration = Site.signedOptions() + DoorText.signed("door", timeout: 60)
            let (daemon, first) = try await opened(site, configuration)
            let mount = ["nsenter", "-m", "-t", "\(daemon.this.pid)", "mount"]
            try Command.require(mount + ["-t", "tmpfs", "-o", "ro", "tmpfs", "/var/lib"])
            let second = try site.knockSigned("door", from: "198.18.1.3")
            try await site.waitFor("a second opening") { site.events.count == 2 }
            for (knock, source) in [(first, "198.18.1.4"), (second, "198.18.1.5")] {
                let before = site.refusals(Self.sentBefore)
                try site.send(knock, from: source)
                try await site.waitFor("the refusal") { site.refusals(Self.sentBefore) == before + 1 }
            }
            try await end(daemon, by: SIGKILL, in: site)
            let next = try await site.start(configuration, preparing: "mount -t tmpfs -o ro tmpfs /var/lib")
            for (knock, source) in [(first, "198.18.1.6"), (second, "198.18.1.7")] {
                try site.send(knock, from: source)
                try await site.waitFor("the refusal") {
                    !next.output.lines(containing: "\(source): door: ").isEmpty
                }
            }
            #expect(site.openings == ["door 198.18.1.2", "door 198.18.1.3"], "\(site.log)")
        }

        /// Nothing acts that cannot be recorded first.
        @Test func whereNothingCanBeRecordedNothingOpens() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let readOnly = ["/var/lib", "/run"].map { "mount -t tmpfs -o ro tmpfs \($0)" }.joined(separator: " && ")
            let daemon = try await site.start(
                Site.signedOptions("TimeWindow = 5") + DoorText.signed("door"), preparing: readOnly)
            #expect(daemon.errors.contains("no ledger can be written"), "\(daemon.log)")
            // Once the window of 5 s is over that follows each start without a ledger.
            try await site.waitFor("the refusal", polling: .milliseconds(200)) {
                try site.knockSigned("door")
                return site.refusals("it cannot be recorded") > 0
            }
            #expect(site.events.isEmpty && site.openings.isEmpty)
            // As soon as one can, knocks count.
            let mount = ["nsenter", "-m", "-t", "\(daemon.this.pid)", "mount", "-o", "remount,rw", "/var/lib"]
            try Command.require(mount)
            try await site.knockSignedUntilOpen("door")
        }

        @Test func aKeyFileUnderAnotherNameOpensNothingTwice() async throws {
            let site = try Site()
            defer { site.close() }
            // In a wide window, since what follows takes its time.
            let (daemon, knock) = try await opened(site, Site.signedOptions() + DoorText.signed("door", keys: "*"))
            let original = "\(site.keyDirectory)/laptop.key"
            // As it stands, and with the other name inside too.
            try Command.require(["cp", "-p", original, "\(site.keyDirectory)/tablet.key"])
            try await site.waitForLog(
                "tablet.key: warning: the name of the file differs from that of its key, laptop; run mv -n ")
            let text = Command.text(at: original).replacingOccurrences(of: "name = laptop", with: "name = phone")
            try site.write("phone.key", text)
            try Command.require(["chmod", "600", "\(site.scratch)/phone.key"])
            try Command.require(["mv", "\(site.scratch)/phone.key", "\(site.keyDirectory)/phone.key"])
            try await site.waitForLog("phone.key: warning: it has the same secret as \(original)")
            try await expectRefusal(site, knock, from: "198.18.1.3")
            try await end(daemon, by: SIGTERM, in: site)
            // At the start nobody can tell which of the two is the copy.
            // Without another door it would not go on.
            let next = try await site.start(Self.configuration + DoorText.recording("classic", "7000,8000"))
            for name in ["laptop", "phone"] {
                #expect(next.errors.contains("\(name).key: warning: it has the same secret as "), "\(next.log)")
            }
            try site.send(knock, from: "198.18.1.4")
            try Command.require(["rm", "\(site.keyDirectory)/phone.key"])
            try await site.knockSignedUntilOpen("door")
            #expect(site.openings == ["door 198.18.1.2", "door 198.18.1.2"])
            try await expectRefusalOfOld(site, knock)
        }

        private func expectRefusalOfOld(_ site: Site, _ knock: String) async throws {
            try site.send(knock, from: "198.18.1.7")
            try await site.waitFor("a word about the old knock") {
                !site.log.lines(containing: "198.18.1.7: ").isEmpty
            }
            #expect(!site.openings.contains("door 198.18.1.7"))
        }
    }
}
