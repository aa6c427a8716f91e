// Shows one-time sequences, with a window of one: each opens the door once, and is marked in its file before anything runs; the last one
// closes the door for good, and the daemon goes on. What cannot be marked opens nothing. Our client keeps in step.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S35OneTimeSequences {
        static let other = DoorText.withoutStop("other", "6000,6001")
        static let usedUp =
            "no more sequences left in the one time sequences file for door once --> disabling the door"

        /// A door whose start command keeps what it found in the file.
        static func once(_ file: String = "ots") -> String {
            """
            [once]
            one_time_sequences = @DIR@/\(file)
            one_time_window = 1
            start_command = cp @DIR@/\(file) @DIR@/found; \(DoorText.record("start once"))
            stop_command = \(DoorText.record("stop once"))
            cmd_timeout = 1


            """
        }

        /// Knocks until the door opens: what was used up just now leaves a moment in which nothing can open.
        private func open(_ site: Site, _ ports: (Int, Int), from source: String) async throws {
            let before = site.onceOpenings.count
            try await site.waitFor("the door to open for \(source)") {
                try site.knock(ports.0, ports.1, from: source)
                return site.onceOpenings.count > before
            }
        }

        @Test func eachSequenceOpensOnceAndTheLastOneDisablesTheDoor() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", "# for the\tdoor\n 7000,8000\n\n7001,8001\n  7002,8002")
            let daemon = try await site.start(Self.once() + Self.other)
            let sources = ["198.18.1.2", Site.clientAddress6, "198.18.1.4"]
            let texts = [
                "# for the\tdoor\n#7000,8000\n\n7001,8001\n  7002,8002",
                "# for the\tdoor\n#7000,8000\n\n#7001,8001\n  7002,8002",
                "# for the\tdoor\n#7000,8000\n\n#7001,8001\n# 7002,8002",
            ]
            for (round, source) in sources.enumerated() {
                // What is used up, and what is not yet its turn, opens nothing.
                for other in 0..<3 where other != round {
                    try site.knock(7000 + other, 8000 + other, from: "198.18.1.\(6 + other)")
                }
                try await site.passOther()
                try await open(site, (7000 + round, 8000 + round), from: source)
                try await site.waitFor("the start") { site.events.contains("start once \(source)") }
                #expect(site.read("found") == texts[round], "as the start command found it")
            }
            #expect(site.onceOpenings == sources.map { "once \($0)" })
            for source in sources {
                try await site.waitFor("the stop") { site.events.contains("stop once \(source)") }
            }
            #expect(daemon.output.lines(containing: Self.usedUp).count == 1)

            for round in 0..<3 { try site.knock(7000 + round, 8000 + round) }
            try await site.passOther()
            #expect(site.onceOpenings.count == 3)
            #expect(daemon.isRunning)
            #expect(site.read("ots") == texts[2])

            daemon.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(daemon.exit == 0)
            let next = try await site.start(Self.once() + Self.other)
            #expect(next.output.lines(containing: Self.usedUp).count == 1, "\(next.log)")
            try await site.passOther()
        }

        @Test(arguments: [
            (nil, "ots: No such file or directory"), ("7000,8000\n7001,70000\n", "ots:2:6: "),
            ("7000,8000\n7001;8001\n", "ots:2:"), ("#7000,8000\n7001:tdp\n", "ots:2:"),
        ])
        func aFileThatCannotBeUsedIsToldAndNothingStarts(text: String?, say: String) async throws {
            let site = try Site()
            defer { site.close() }
            if let text { try site.write("ots", text) }
            try site.write("knockd.conf", Self.once() + Self.other)
            let daemon = try site.launch()
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            #expect(daemon.errors.contains(say), "\(daemon.log)")
            #expect(daemon.errors.contains(site.scratch), "the whole name")
        }

        @Test func whatCannotBeMarkedOpensNothing() async throws {
            let site = try Site()
            defer { site.close() }
            try FileManager.default.createDirectory(atPath: "\(site.scratch)/ro", withIntermediateDirectories: true)
            let text = "7000,8000\n7001,8001\n"
            try site.write("ro/ots", text)
            // Root writes past permissions, but not past a mount.
            let folder = "'@DIR@/ro'"
            let daemon = try await site.start(
                Self.once("ro/ots") + Self.other,
                preparing: "mount --bind \(folder) \(folder) && mount -o remount,bind,ro \(folder)")
            try site.knock(7000, 8000)
            try await site.waitForLog(
                "198.18.1.2: once: refused: its one-time sequence cannot be marked as used: \(site.scratch)/ro/ots: ")
            #expect(daemon.errors.contains("Read-only file system"), "\(daemon.log)")
            try await site.passOther()
            #expect(!site.events.contains { $0.contains("once") })
            #expect(site.read("ro/ots") == text)

            let mount = ["nsenter", "-m", "-t", "\(daemon.this.pid)", "mount", "-o", "remount,bind,rw"]
            try Command.require(mount + ["\(site.scratch)/ro"])
            try await open(site, (7000, 8000), from: Site.clientAddress)
            try await site.waitFor("the start") { site.events.contains("start once 198.18.1.2") }
            #expect(site.read("ro/ots") == "#" + text)
        }

        @Test func aUsedSequenceStaysUsedWhenTheDaemonIsKilledAtOnce() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", "7000,8000\n7001,8001\n")
            let daemon = try await site.start(Self.once() + Self.other)
            try site.knock(7000, 8000)
            try await site.waitFor("the start") { !site.events.isEmpty }
            daemon.signal(SIGKILL)
            try await site.waitFor("the daemon to be gone") { !daemon.isRunning }
            try await site.start(Self.once() + Self.other)
            try site.knock(7000, 8000, from: "198.18.1.3")
            try await site.passOther()
            #expect(site.onceOpenings == ["once 198.18.1.2"])
            try await open(site, (7001, 8001), from: "198.18.1.4")
            try await site.waitFor("the stop of what was open") {
                site.events.contains("stop once 198.18.1.2")
            }
        }

        @Test func ourClientKeepsInStep() async throws {
            let site = try Site()
            defer { site.close() }
            let text = "7000,8000:udp,9000\n 7001:udp,8001\n\n7002,8002,9002\n"
            for file in ["ots", "mine"] { try site.write(file, text) }
            try await site.start(Self.once() + Self.other)
            let words = [Host.knock, "--one-time", "\(site.scratch)/mine", "-d", "20"]
            for (round, server) in [Site.serverAddress, Site.serverAddress6, Site.serverAddress].enumerated() {
                let result = try site.client.run(words + [server])
                #expect(result.status == 0, "\(result)")
                try await site.waitFor("the opening, and the mark") {
                    site.onceOpenings.count == round + 1 && site.read("mine") == site.read("ots")
                }
                // Once the command runs the Listener has been told of the next line, too.
                let source = server.contains(":") ? Site.clientAddress6 : Site.clientAddress
                try await site.waitFor("the start") { site.events.contains("start once \(source)") }
            }
            #expect(site.read("ots") == "#7000,8000:udp,9000\n#7001:udp,8001\n\n#7002,8002,9002\n")
            try await site.waitForLog(Self.usedUp)
            #expect(try site.client.run(words + [Site.serverAddress]).status == 4)
        }

        @Test func aReloadLeavesTheAttemptAndTheLineAsTheyAre() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", "7000,8000\n7001,8001\n")
            let daemon = try await site.start(Self.once() + Self.other)
            try site.knock(7000)
            try site.knock(6000, from: "198.18.1.9")
            try await site.waitForLog("198.18.1.9: other: Stage 1")
            daemon.signal(SIGHUP)
            try await site.waitForLog("re-reading config file")
            try site.knock(8000)
            try await site.waitFor("the start") { site.events == ["start once 198.18.1.2"] }
            #expect(site.read("ots") == "#7000,8000\n7001,8001\n")
            // That a line was used up ends no attempt elsewhere.
            try site.knock(6001, from: "198.18.1.9")
            try await site.waitFor("the other door") { site.openings.last == "other 198.18.1.9" }

            // Another file in its place counts from the next reload on.
            try site.write("new", "7005,8005\n")
            try Command.require(["mv", "\(site.scratch)/new", "\(site.scratch)/ots"])
            daemon.signal(SIGHUP)
            try await open(site, (7005, 8005), from: "198.18.1.3")
            try await site.waitForLog(Self.usedUp)
        }

        /// Whether the line is used up before or after the file is read anew.
        @Test func reloadsWhileADoorOpensNeverOpenItTwice() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("ots", (0..<10).map { "\(7000 + $0),\(8000 + $0)\n" }.joined())
            let daemon = try await site.start(Self.once() + Self.other)
            for round in 0..<10 {
                let source = "198.18.1.\(20 + round)"
                try await site.waitFor("opening \(round)") {
                    try site.knock(7000 + round, 8000 + round, from: source)
                    daemon.signal(SIGHUP)
                    return site.onceOpenings.count > round
                }
            }
            try await site.passOther()
            #expect(site.onceOpenings == (20..<30).map { "once 198.18.1.\($0)" })
            #expect(site.read("ots") == (0..<10).map { "#\(7000 + $0),\(8000 + $0)\n" }.joined())
        }
    }
}
