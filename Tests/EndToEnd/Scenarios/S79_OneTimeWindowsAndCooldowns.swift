// Shows that one-time sequences do not fall out of step: any of the next eight opens the door and uses up those before it,
// also where they begin alike. A reader's lock shuts no door; a folder that cannot be written is told beforehand. And that
// seq_cooldown lets a completed sequence run its command once.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S79OneTimeWindowsAndCooldowns {
        private static let other = DoorText.withoutStop("other", "6000,6001")

        private static func once(_ file: String = "ots") -> String {
            "[once]\none_time_sequences = @DIR@/\(file)\nseq_timeout = 5\nstart_command = cp @DIR@/\(file) @DIR@/found; "
                + DoorText.record("start once") + "\n\n"
        }

        private func text(_ lines: ClosedRange<Int>, usedUpTo last: Int) -> String {
            lines.map { ($0 <= last ? "#" : "") + "\(7000 + $0),\(8000 + $0)\n" }.joined()
        }

        /// Makes a folder with a file of three sequences, and the command that lets nobody write into it.
        private func makeFixedFolder(_ site: Site) throws -> (path: String, mount: String) {
            let folder = "\(site.scratch)/ro"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try site.write("ro/ots", text(1...3, usedUpTo: 0))
            return (folder, "mount --bind \(folder) \(folder) && mount -o remount,bind,ro \(folder)")
        }

        @Test func anyOfTheNextEightOpensAndUsesUpThoseBefore() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", text(1...12, usedUpTo: 0))
            try await site.start(Self.once() + Self.other)
            // Beyond the window; then within it; then what has been used up; then the last one within the new window.
            for (line, opens) in [(9, false), (3, true), (1, false), (3, false), (12, false), (11, true), (12, true)] {
                let before = site.onceOpenings.count
                try site.knock(7000 + line, 8000 + line)
                try await site.passOther()
                if opens {
                    try await site.waitFor("line \(line) to open") {
                        site.onceOpenings.count == before + 1
                            && site.events.count { $0.hasPrefix("start once") } == before + 1
                    }
                    #expect(site.read("found") == text(1...12, usedUpTo: line), "before the start command ran")
                }
                #expect(site.onceOpenings.count == before + (opens ? 1 : 0), "line \(line)")
            }
        }

        @Test func linesThatBeginAlikeOpenOneByOne() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", "7000,8000,9000\n7000,8000,9001\n7000,8000,9001\n7000,8001\n")
            try await site.start(Self.once() + Self.other)
            let knocks = [[7000, 8000, 9000], [7000, 8000, 9001], [7000, 8000, 9001], [7000, 8001]]
            for (number, ports) in knocks.enumerated() {
                let source = "198.18.1.\(20 + number)"
                try site.inject(ports.enumerated().map { "\($0.offset) \(site.frame($0.element, from: source))" })
                try await site.waitFor("line \(number)") { site.onceOpenings.count == number + 1 }
                try await site.passOther()
            }
            #expect(site.onceOpenings == (20..<24).map { "once 198.18.1.\($0)" })
            #expect(site.read("ots") == "#7000,8000,9000\n#7000,8000,9001\n#7000,8000,9001\n#7000,8001\n")
        }

        /// The client has marked a line whose knocks were lost.
        @Test func ourClientIsInStepAgainAfterASpoiltAttempt() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", text(1...5, usedUpTo: 0))
            try site.write("mine", text(1...5, usedUpTo: 2))
            try await site.start(Self.once() + Self.other)
            for round in 1...2 {
                let result = try site.client.run(
                    [Host.knock, "--one-time", "\(site.scratch)/mine", "-d", "20", Site.serverAddress])
                #expect(result.status == 0, "\(result)")
                try await site.waitFor("the opening, and the mark") {
                    site.onceOpenings.count == round && site.read("mine") == site.read("ots")
                }
                // Then the Listener has been told of the next lines, too.
                try await site.waitFor("the start") { site.events.count { $0.hasPrefix("start once") } == round }
            }
            #expect(site.read("ots") == text(1...5, usedUpTo: 4))
        }

        /// Two daemons at different interfaces: what one has used up, the other one does not take, whenever it has looked.
        @Test func twoDaemonsUseALineOnce() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", text(1...12, usedUpTo: 0))
            try await site.start(Self.once() + Self.other)
            let second = try site.launch(interface: ["-i", "lo"])
            try await site.waitFor("the second daemon") { second.output.contains("listening on lo") }
            func knockAtSecond(_ line: Int) throws {
                try site.server.require(Host.knock, "-d", "20", "127.0.0.1", "\(7000 + line)", "\(8000 + line)")
            }
            try site.knock(7001, 8001)
            try await site.waitFor("the first line") { site.onceOpenings.count == 1 }
            try knockAtSecond(1)
            try await site.waitFor("the second daemon to be in step") {
                second.output.contains("is not the expected one any more")
            }
            try knockAtSecond(2)
            try await site.waitFor("the second line") { site.read("ots") == text(1...12, usedUpTo: 2) }
            try site.knock(7002, 8002)
            try await site.passOther()
            #expect(site.read("ots") == text(1...12, usedUpTo: 2))
            #expect(site.events.count { $0.hasPrefix("start once") } == 2)
        }

        /// Who has got hold of a line that cannot be marked must not fill the log with it.
        @Test func aLineThatCannotBeMarkedCountsWithinTheDoorsRate() async throws {
            let site = try Site()
            defer { site.close() }
            let mount = try makeFixedFolder(site).mount
            try await site.start(Self.once("ro/ots") + Self.other, preparing: mount)
            try site.inject(
                (0..<400).flatMap { number in
                    [7001, 8001].enumerated().map { "\(number * 2 + $0.offset) \(site.frame($0.element))" }
                })
            try await site.passOther()
            #expect(site.log.contains("its one-time sequence cannot be marked as used"))
            let count = site.onceOpenings.count
            #expect((1...100).contains(count), "\(count) lines")
            #expect(!site.events.contains { $0.hasPrefix("start once") })
        }

        @Test func aReadersLockDoesNotShutTheDoor() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", text(1...3, usedUpTo: 0))
            try await site.start(Self.once() + Self.other)
            let reader = try SpawnedProgram(["flock", "-F", "\(site.scratch)/ots", "sleep", "60"])
            defer { reader.end() }
            try await site.waitFor("the reader's lock") {
                try !Command.run(["flock", "-n", "\(site.scratch)/ots", "true"]).succeeded
            }
            try site.knock(7001, 8001)
            try await site.waitFor("the start") { site.events.contains { $0.hasPrefix("start once") } }
            #expect(site.read("ots") == text(1...3, usedUpTo: 1))
        }

        @Test func aFolderThatCannotBeWrittenIsToldBeforehand() async throws {
            let site = try Site()
            defer { site.close() }
            let (folder, mount) = try makeFixedFolder(site)
            let said =
                "\(folder) cannot be written (Read-only file system), so no sequence can be marked as used, and the "
                + "door stays shut; make it writable for the daemon, in a unit of systemd with ReadWritePaths=\(folder)"
            let daemon = try await site.start(Self.once("ro/ots") + Self.other, preparing: mount)
            #expect(daemon.errors.lines(containing: "door once: \(said)").count == 1, "\(daemon.log)")
            try await site.passOther()
            daemon.signal(SIGHUP)
            try await site.waitFor("the line once more") {
                daemon.errors.lines(containing: "door once: \(said)").count == 2
            }
            let check = try site.server.run(
                ["unshare", "-m", "sh", "-c", "\(mount) && exec \(Host.knockd) --check -c \(site.scratch)/knockd.conf"])
            #expect(check.status == 1)
            #expect(check.everything.contains("knockd.conf:2:22: \(said)"), "\(check)")
        }

        /// As game servers in containers are woken: by any datagram of a stream of them.
        @Test func aCooldownRunsTheCommandOnceForASource() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(
                DoorText.withoutStop("wake", "19555:udp", "seq_cooldown = 3")
                    + DoorText.withoutStop("other", "19556:udp"))
            let stream = (0..<100).flatMap { number in
                [2, 3].map { "\(number * 10) 198.18.1.\($0) \(Site.serverAddress) 19555 udp -" }
            }
            let began = Date()
            try site.inject(stream)
            try await site.waitFor("both sources") { site.openings.count >= 2 }
            #expect(site.openings.sorted() == ["wake 198.18.1.2", "wake 198.18.1.3"])
            #expect(daemon.output.lines(containing: "198.18.1.2: wake: OPEN SESAME").count == 1)
            #expect(daemon.output.lines(containing: "198.18.1.2: wake: ignored for 3 s more (seq_cooldown)").count == 1)
            // When it is over, it counts again; and not before.
            try await site.waitFor("the next time") {
                try site.inject(["0 198.18.1.2 \(Site.serverAddress) 19555 udp -"])
                return site.openings.count == 3
            }
            #expect(Date().timeIntervalSince(began) >= 2.9)
            #expect(site.openings.last == "wake 198.18.1.2")
        }
    }
}
