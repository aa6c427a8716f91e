// Shows a configuration of several files: each adds its doors, a reload takes up what is there by then, and a fault is
// told with the name of the file that has it, also by a daemon in the background; then all stays as it was.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S38IncludedFiles {
        static let main = "[options]\nLogFile = @DIR@/knockd.log\ninclude = doors/*.conf\n\n"

        /// A site with a main file, and a file `one.conf` of one door.
        private func site() throws -> Site {
            let site = try Site()
            try FileManager.default.createDirectory(
                atPath: "\(site.scratch)/doors", withIntermediateDirectories: true)
            try site.write("knockd.conf", Self.main)
            try site.write("doors/one.conf", DoorText.withoutStop("one", "7000,8000"))
            return site
        }

        /// Knocks at a door until it opens: no signal says when a reload has come to its end.
        private func expectOpening(_ site: Site, _ door: String, _ first: Int, _ last: Int) async throws {
            let before = site.events.count { $0 == "start \(door) 198.18.1.2" }
            try await site.waitFor("\(door) to open") {
                try site.knock(first, last)
                return site.events.count { $0 == "start \(door) 198.18.1.2" } > before
            }
        }

        @Test func filesThatComeAndGoAreTakenUpByAReload() async throws {
            let site = try site()
            defer { site.close() }
            // Neither is of the pattern.
            try site.write("doors/two.conf.dpkg-old", DoorText.withoutStop("old", "7001,8001"))
            try site.write("doors/.hidden.conf", DoorText.withoutStop("hidden", "7001,8001"))
            let daemon = try await site.start(Self.main + DoorText.withoutStop("main", "7002,8002"))
            try await expectOpening(site, "one", 7000, 8000)
            try await expectOpening(site, "main", 7002, 8002)

            // An attempt at a door that stays goes on.
            try site.knock(7002, from: "198.18.1.3")
            try await site.waitForLog("198.18.1.3: main: Stage 1")
            try site.write("doors/two.conf", DoorText.withoutStop("two", "7001,8001"))
            try FileManager.default.removeItem(atPath: "\(site.scratch)/doors/one.conf")
            daemon.signal(SIGHUP)
            try await expectOpening(site, "two", 7001, 8001)
            try site.knock(8002, from: "198.18.1.3")
            try site.knock(7000, 8000, from: "198.18.1.4")
            try await expectOpening(site, "main", 7002, 8002)
            #expect(site.openings.contains("main 198.18.1.3"))
            #expect(!site.openings.contains { $0.hasSuffix(" 198.18.1.4") }, "its file is gone")
            #expect(!site.events.contains { $0.contains("old") || $0.contains("hidden") })
        }

        @Test func aFaultIsToldWithItsFileAndChangesNothing() async throws {
            let site = try site()
            defer { site.close() }
            let daemon = try site.launch()
            try await site.waitForLog("listening on")
            // All or nothing: the good one of the two does not count either.
            try site.write("doors/bad.conf", "# comment\n[bad]\nsequence = 7001,80000\ncommand = true\n")
            try site.write("doors/good.conf", DoorText.withoutStop("good", "7003,8003"))
            daemon.signal(SIGHUP)
            try await site.waitForLog("has errors, the configuration stays as it was")
            #expect(daemon.errors.contains("\(site.scratch)/doors/bad.conf:3:17: "), "\(daemon.log)")
            try site.knock(7003, 8003)
            try await expectOpening(site, "one", 7000, 8000)
            #expect(!site.openings.contains("good 198.18.1.2"))

            try FileManager.default.removeItem(atPath: "\(site.scratch)/doors/bad.conf")
            daemon.signal(SIGHUP)
            try await expectOpening(site, "good", 7003, 8003)
        }

        @Test(arguments: [
            ("doors/bad.conf", "[bad]\nsequence = 7001\ncomand = true\n", "doors/bad.conf:3:1: "),
            ("doors/bad.conf", "include = ../knockd.conf\n", "doors/bad.conf:1:11: "),
            ("knockd.conf", "include = none.conf\n", "knockd.conf:1:11: "),
        ])
        func aFaultAtTheStartIsToldWithItsFile(file: String, text: String, place: String) async throws {
            let site = try site()
            defer { site.close() }
            try site.write(file, text)
            let daemon = try site.launch()
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            #expect(daemon.errors.contains("\(site.scratch)/\(place)"), "\(daemon.log)")
        }

        /// Its directory is another one, and it has no terminal: the log file says what is wrong, and all names, relative
        /// ones too, mean the files that they meant at the start.
        @Test func inTheBackgroundTheLogTellsTheFault() async throws {
            let site = try site()
            defer { site.close() }
            let starter = try site.launch(arguments: ["-d", "-c", "knockd.conf"])
            try await site.waitFor("the starter to end") { !starter.isRunning }
            #expect(starter.exit == 0, "\(starter.log)")
            let daemon = RunningProcess(Int32(site.read("run/knockd.pid").trimmingCharacters(in: .newlines)) ?? 0)
            #expect(daemon.isAlive)
            try site.write("doors/bad.conf", "[bad]\nsequence = 0\ncommand = true\n")
            daemon.signal(SIGHUP)
            try await site.waitFor("the log to tell") {
                site.read("knockd.log").contains("has errors, the configuration stays as it was")
            }
            #expect(site.read("knockd.log").contains("\(site.scratch)/doors/bad.conf:2:12: "))
            try await expectOpening(site, "one", 7000, 8000)
            try site.write("doors/bad.conf", DoorText.withoutStop("mended", "7004,8004"))
            daemon.signal(SIGHUP)
            try await expectOpening(site, "mended", 7004, 8004)
        }
    }
}
