// Shows that commands keep nothing but themselves waiting, however they behave: one that floods the daemon's own output,
// which nobody reads; one that forks without end and ignores TERM; as many as may run at once, all of them hanging.
// What fails is told with how it ended. What has left its group is out of reach.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S62HostileCommands {
        private func length(_ site: Site, _ door: String, _ source: String) throws -> Double {
            let events = site.timedEvents
            let start = try #require(events.first { $0.what == "start \(door) \(source)" }, "\(site.events)")
            let stop = try #require(events.first { $0.what == "stop \(door) \(source)" }, "\(site.events)")
            return stop.seconds - start.seconds
        }

        /// How long the recording door was open for this source.
        private func expectLength(_ seconds: Double, _ site: Site, _ source: String) throws {
            let length = try length(site, "door", source)
            #expect((seconds - 0.5..<seconds + Site.slack).contains(length), "open for \(length) s")
        }

        @Test func aCommandThatFloodsTheDaemonsOutputHoldsNothingUp() async throws {
            let site = try Site()
            defer { site.close() }
            let flood = DoorText.section("flood", "7000", ["start_command = yes flood", "command_limit = 5"])
            try site.write(
                "knockd.conf",
                "[options]\nLogFile = @DIR@/log\n\n" + flood + DoorText.recording("door", "8000,8001", timeout: 1))
            // Whoever reads it has it open, and does not read; it is another user's, as where sudo was used.
            _ = try site.launch(
                preparing: "mkfifo -m 600 @DIR@/pipe && chown 65534 @DIR@/pipe && exec 9<>@DIR@/pipe && exec >&9")
            try await site.waitFor("the daemon to listen") { site.read("log").contains("listening on ks0") }
            let pipe = unsafe open("\(site.scratch)/pipe", O_RDWR | O_NONBLOCK)
            defer { close(pipe) }
            try site.knock(7000)
            try await site.waitFor("the flood") {
                site.read("log").contains("flood: running command: yes flood")
            }
            try await site.waitFor("the pipe to be full") { unsafe write(pipe, "\n", 1) < 0 }

            let sources = (3...7).map { "198.18.1.\($0)" }
            try site.inject(
                sources.flatMap { source in [8000, 8001].map { "0 " + site.frame($0, from: source) } })
            try await site.waitFor("the other doors") { site.events.count >= sources.count }
            #expect(!site.read("log").contains("flood: command was ended"), "they have not waited for it")
            try await site.waitFor("the flood's end") {
                site.read("log").contains("flood: command was ended by signal")
            }
            try await site.waitFor("all stops") { site.events.count == 2 * sources.count }
            for source in sources { try expectLength(1, site, source) }
            // The log has all that the output has not.
            let logged = site.read("log").split(separator: "\n").count
            #expect(!drain(pipe).contains("door: OPEN SESAME"))

            try site.knock(8000, 8001, from: "198.18.1.8")
            var rest = ""
            try await site.waitFor("the next lines") {
                rest += drain(pipe)
                return rest.contains("198.18.1.8: door: OPEN SESAME")
            }
            // The pipe had room again for some of the flood.
            let lines = Array(rest.split(separator: "\n").drop { $0 == "flood" })
            let told = try #require(lines[0].wholeMatch(of: #/(\d+) lines dropped \(this output was not read\)/#))
            // Some of them are in the log alone, some in the output alone.
            #expect((logged / 2...logged).contains(Int(told.1) ?? 0), "\(told.1) of \(logged)")
            #expect(lines[1] == "198.18.1.8: door: Stage 1", "\(rest)")
        }

        /// What a pipe holds.
        private func drain(_ pipe: Int32) -> String {
            var text = ""
            var bytes = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = unsafe read(pipe, &bytes, bytes.count)
                if count <= 0 { return text }
                text += String(decoding: bytes[..<count], as: UTF8.self)
            }
        }

        @Test func aCommandThatForksAndIgnoresTermIsEndedWithAllItsChildren() async throws {
            let site = try Site()
            defer { site.close() }
            let bomb = "trap '' TERM; echo $$ > @DIR@/group; for n in $(seq 200); do sleep 3600 & done; wait"
            let doors =
                DoorText.section(
                    "bomb", "7000", ["start_command = \(bomb)", "stop_command = true", "command_limit = 3"])
                + DoorText.recording("door", "8000,8001", timeout: 1)
            try await site.start(doors)
            try site.knock(7000)
            try await site.waitFor("the children") { try groupSize(site) > 200 }
            let sources = (3...6).map { "198.18.1.\($0)" }
            try site.inject(
                sources.flatMap { source in [8000, 8001].map { "0 " + site.frame($0, from: source) } })
            try await site.waitFor("the other doors") {
                Set(site.events).isSuperset(of: sources.map { "start door \($0)" })
            }
            #expect(try groupSize(site) > 200, "they have not waited for it: it has 3 s, and 5 s after TERM")
            try await site.waitFor("the whole group to be gone") { try groupSize(site) == 0 }
            try await site.waitForLog("bomb: command was ended by signal 9")
            #expect(site.events.filter { $0.hasPrefix("stop") }.count == 4)
            for source in sources { try expectLength(1, site, source) }
        }

        /// How many processes are in the group of the command that has written its number to `group`.
        private func groupSize(_ site: Site) throws -> Int {
            guard let group = Int32(site.read("group").trimmingCharacters(in: .newlines)) else { return 0 }
            let count = try Command.run(["pgrep", "-c", "-g", "\(group)"]).output
            return Int(count.trimmingCharacters(in: .newlines)) ?? 0
        }

        /// knockd.conf(5) says so.
        @Test func whatHasASessionOfItsOwnIsOutOfReach() async throws {
            let site = try Site()
            defer { site.close() }
            let command = "setsid sleep 3600 & echo $! > @DIR@/child; sleep 3600"
            try await site.start(
                DoorText.section(
                    "door", "7000",
                    [
                        "start_command = \(command)", "stop_command = \(DoorText.record("stop"))", "cmd_timeout = 1",
                        "command_limit = 1",
                    ]))
            try site.knock(7000)
            try await site.waitForLog("door: command was ended by signal 15")
            try await site.waitFor("the stop") { site.events == ["stop 198.18.1.2"] }
            let child = RunningProcess(try #require(Int32(site.read("child").trimmingCharacters(in: .newlines))))
            #expect(child.isAlive)
            child.signal(SIGKILL)
        }

        @Test func howACommandEndedIsTold() async throws {
            let site = try Site()
            defer { site.close() }
            let ends = [
                ("exit 1", "command returned non-zero status code (1)"),
                ("exit 255", "command returned non-zero status code (255)"),
                ("/no/such/program", "command returned non-zero status code (127)"),
                ("@DIR@", "command returned non-zero status code (126)"),
                ("kill -KILL $$", "command was ended by signal 9"),
                ("kill -SEGV $$", "command was ended by signal 11"),
            ]
            let doors = ends.enumerated().map { number, end in
                DoorText.section("door\(number)", "\(7000 + number)", ["start_command = \(end.0)"])
            }
            try await site.start("[options]\nLogFile = @DIR@/log\n\n" + doors.joined())
            try site.knock(7000, 7001, 7002, 7003, 7004, 7005)
            for (number, end) in ends.enumerated() {
                try await site.waitFor("how door\(number) ended") {
                    site.read("log").contains("door\(number): \(end.1)\n")
                }
            }
        }

        @Test func asManyHangingStartsAsMayRunHoldNothingElseUp() async throws {
            let site = try Site()
            defer { site.close() }
            let hang = DoorText.section("hang", "7000", ["start_command = exec sleep 3600", "command_limit = 12"])
            try await site.start(hang + DoorText.recording("door", "8000", timeout: 2))
            for source in ["198.18.1.3", "198.18.1.4"] { try site.knock(8000, from: source) }
            try await site.waitFor("the doors") { site.events.count == 2 }
            try site.inject((1...64).map { "0 " + site.frame(7000, from: "198.18.9.\($0)") })
            try await site.waitFor("the hanging commands") {
                site.log.lines(containing: "hang: running command").count == 64
            }
            try site.knock(7000, from: "198.18.1.5")
            try await site.waitForLog("hang: start command is waiting (64 running)")
            try site.knock(8000, from: "198.18.1.5")
            try await site.waitFor("the other door") { site.events.contains("start door 198.18.1.5") }
            #expect(!site.log.contains("command runs for more than"), "it has not waited for them")
            try await site.waitFor("the stops") { site.events.count >= 5 }
            for source in ["198.18.1.3", "198.18.1.4"] { try expectLength(2, site, source) }
            // The limit makes room for who waits.
            try await site.waitFor("the start that waits") {
                site.log.lines(containing: "hang: running command").count == 65
            }
        }
    }
}
