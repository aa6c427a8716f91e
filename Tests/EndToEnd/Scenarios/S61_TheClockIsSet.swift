// Shows what setting the clock does, by an hour, by a day, to 1970, and back again, while doors are open and knocks come:
// doors close in their time, the classic ones go on as if nothing were, a signed knock that was accepted is refused ever
// after, by the next daemon too, and the log says what happened. Where the clock goes back, keys count again when it has
// passed the moment at which the daemon took them up.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite(.enabled(if: Host.faketime != nil, "needs Debian's faketime"))
    struct S61TheClockIsSet {
        /// How the clock is set.
        enum Step: CaseIterable, CustomTestStringConvertible {
            case anHourForward, anHourBack, aDayForward, aDayBack, to1970

            var testDescription: String { "\(self)" }

            var seconds: Int {
                switch self {
                case .anHourForward: 3600
                case .anHourBack: -3600
                case .aDayForward: 86_400
                case .aDayBack: -86_400
                // Two minutes after midnight.
                case .to1970: 120 - Site.timestamp / 1000
                }
            }
        }

        private static let seconds = 2.0
        private static let countsAgain = "knocks of this key are valid again from "

        /// Commands are lied to as the daemon is, so that they tell the time since boot.
        private static func record(_ what: String) -> String {
            "read -r now idle </proc/uptime; echo \"$now \(what) %IP%\" >> @DIR@/events"
        }

        private static func commands(_ door: String) -> String {
            """
            start_command = \(record("start \(door)"))
            stop_command = \(record("stop \(door)"))
            cmd_timeout = \(Int(seconds))


            """
        }

        // The lie is read from a file each time somebody asks for the time, which the list of system calls forbids.
        private static let configuration =
            Site.signedOptions("Sandbox = off", "TimeWindow = 60")
            + "[classic]\nsequence = 7000,8000\n" + commands("classic") + "[signed]\nkeys = laptop\n"
            + commands("signed")

        private func start(_ site: Site) async throws -> Daemon {
            let library = try #require(Host.faketime)
            return try await site.start(
                Self.configuration,
                // Where the library is first it sets a variable, and Swift finds no arguments: env(1) goes before.
                preparing: "set -- env \"$@\" && mount -t tmpfs tmpfs /dev/shm && "
                    + "export LD_PRELOAD=\(library) FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1 FAKETIME_TIMESTAMP_FILE=@DIR@/clock"
            )
        }

        /// Sets the daemon's clock to so many seconds beside ours.
        private func setClock(_ site: Site, to offset: Int) throws {
            try site.write("clock.new", "\(offset < 0 ? "" : "+")\(offset)\n")
            // Its roles must be able to read it.
            try Command.require(["chmod", "644", "\(site.scratch)/clock.new"])
            try Command.require(["mv", "\(site.scratch)/clock.new", "\(site.scratch)/clock"])
        }

        /// A knock signed by a client whose clock was set likewise.
        private func sign(_ site: Site, at offset: Int) throws -> String {
            try site.sign("signed", "time=\(Site.timestamp + offset * 1000)")
        }

        /// Sends new knocks until the condition holds; returns them all.
        private func knock(
            _ site: Site, at offset: Int, from source: String, until what: String,
            _ condition: () -> Bool
        ) async throws -> [String] {
            var sent: [String] = []
            try await site.waitFor(what, polling: .milliseconds(250)) {
                if condition() { return true }
                sent.append(try sign(site, at: offset))
                try site.send(sent[sent.count - 1], from: source)
                return false
            }
            return sent
        }

        /// Sends old knocks until there is a word about each, which must not be that it opens.
        private func expectRefusal(_ site: Site, _ old: [String], from source: String) async throws {
            for knock in old {
                let before = site.log.lines(containing: "\(source): ").count
                try await site.waitFor("a word about an old knock", polling: .milliseconds(250)) {
                    if site.log.lines(containing: "\(source): ").count > before { return true }
                    try site.send(knock, from: source)
                    return false
                }
            }
            #expect(!site.openings.contains("signed \(source)"), "\(site.log)")
        }

        /// A classic knock that opens, and the line about the clock.
        private func expectStep(_ site: Site, _ daemon: Daemon, by seconds: Int, knockFrom source: String) async throws
        {
            try site.knock(7000, 8000, from: source)
            let line = "the clock was set \(seconds < 0 ? "back" : "forward") by \(abs(seconds)) s"
            try await site.waitFor("“\(line)”") { daemon.output.contains(line) }
            try await site.waitFor("the classic door") {
                site.events.contains("start classic \(source)")
            }
        }

        /// Each door was opened once, and was closed in its time; it may have to wait for the next daemon, which does it
        /// again if the last one was killed before it knew.
        private func expectClosings(_ site: Site, lateBy seconds: Double = 0) throws {
            let starts = site.timedEvents.filter { $0.what.hasPrefix("start ") }
            #expect(Set(starts.map(\.what)).count == starts.count, "\(site.events)")
            for start in starts {
                let stop = site.timedEvents.first { $0.what == "stop " + start.what.dropFirst(6) }
                let length = try #require(stop, "\(start.what): \(site.events)").seconds - start.seconds
                let expected = Self.seconds - 1 - seconds..<Self.seconds + Site.slack + seconds
                #expect(expected.contains(length), "\(start.what): open for \(length) s")
            }
        }

        @Test func whatIsOpenClosesInItsTimeAndNothingOpensTwice() async {
            await sideBySide(Step.allCases) { step in
                let site = try Site()
                defer { site.close() }
                let offset = step.seconds
                try site.makeKeys("laptop")
                try setClock(site, to: 0)
                let daemon = try await start(site)
                let first = [try sign(site, at: 0)]
                try site.send(first[0])
                try site.knock(7000, 8000)
                try await site.waitFor("both doors") { site.events.count == 2 }

                try setClock(site, to: offset)
                try await expectStep(site, daemon, by: offset, knockFrom: "198.18.1.3")
                try await expectRefusal(site, first, from: "198.18.1.4")
                let second = try await knockAtTheNewTime(site, offset, from: "198.18.1.5")
                try await site.waitFor("the first doors to close") {
                    site.events.filter { $0.hasPrefix("stop") && $0.hasSuffix("198.18.1.2") }.count == 2
                }
                let roles = daemon.roles
                daemon.signal(SIGKILL)
                try await site.waitFor("the daemon to be gone") {
                    !daemon.isRunning && !roles.contains(where: \.isAlive)
                }

                let next = try await start(site)
                try await expectRefusal(site, first + second, from: "198.18.1.6")
                try setClock(site, to: 0)
                try await expectStep(site, next, by: -offset, knockFrom: "198.18.1.7")
                try await expectRefusal(site, first + second, from: "198.18.1.8")
                _ = try await knock(site, at: 0, from: "198.18.1.9", until: "a knock of now") {
                    site.events.contains("start signed 198.18.1.9")
                }
                try await site.waitFor("all doors to close") {
                    let stopped = Set(site.events.filter { $0.hasPrefix("stop ") }.map { $0.dropFirst(5) })
                    return site.events.filter { $0.hasPrefix("start ") }.allSatisfy {
                        stopped.contains($0.dropFirst(6))
                    }
                }
                try expectClosings(site, lateBy: 1)
                #expect(!site.log.contains(LogWords.replayStateLost), "no state was lost: \(site.log)")
                #expect(!next.log.contains(LogWords.roleEnded), "\(site.log)")
            }
        }

        /// Knocks as a client does whose clock was set likewise: ahead they open, behind they lie below the floor.
        private func knockAtTheNewTime(_ site: Site, _ offset: Int, from source: String) async throws -> [String] {
            let opens = offset > 0
            let sent = try await knock(site, at: offset, from: source, until: "a word about a knock of the new time") {
                opens ? site.openings.contains("signed \(source)") : site.refusals(Self.countsAgain) > 0
            }
            #expect(opens || !site.openings.contains("signed \(source)"), "\(site.log)")
            return Array(sent.suffix(1))
        }

        @Test func aClockThatGoesBackALittleIsWaitedFor() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try setClock(site, to: 0)
            let daemon = try await start(site)
            try setClock(site, to: -10)
            try await expectStep(site, daemon, by: -10, knockFrom: "198.18.1.3")
            let early = try await knock(site, at: -10, from: "198.18.1.4", until: "the refusal") {
                site.refusals(Self.countsAgain) > 0
            }
            #expect(!site.openings.contains { $0.hasPrefix("signed") })
            let later = try await knock(site, at: -10, from: "198.18.1.5", until: "the opening") {
                site.openings.contains { $0.hasPrefix("signed") }
            }
            try await expectRefusal(site, [early[0], later[later.count - 1]], from: "198.18.1.6")
            try await site.waitFor("all doors to close") {
                site.events.filter { $0.hasPrefix("stop") }.count == 2
            }
        }
    }
}
