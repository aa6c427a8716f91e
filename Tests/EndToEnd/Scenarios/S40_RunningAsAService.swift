// Shows what a service manager, an init script and logrotate count on: -d and its pid file, READY and its relatives, a log
// file that is opened anew, and details with -D.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S40_RunningAsAService {
        private let door = DoorText.recording("door", "7000,8000", timeout: 1)

        /// Starts with -d, in the namespace, waits for the starter, and returns the daemon's process id.
        private func detach(_ site: Site, _ arguments: [String] = []) throws -> Int32 {
            let run = try site.detach(arguments)
            try #require(run.succeeded, "\(run.everything)")
            return try #require(Int32(site.read("run/knockd.pid").trimmingCharacters(in: .whitespacesAndNewlines)))
        }

        @Test func theStarterEndsWhenTheDaemonListensAndThePidFileGoesWithIt() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", "[options]\nlogfile = log\n" + door)
            let daemon = RunningProcess(try detach(site))
            // It listens already: the first knock counts.
            try site.knock(7000, 8000)
            try await site.waitFor("the door to open") { !site.events.isEmpty }
            #expect(site.read("log").contains("starting up, listening on ks0"), "relative to where it was started")
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(daemon.pid)/cwd") == "/")
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(daemon.pid)/fd/1") == "/dev/null")
            #expect(getpgid(daemon.pid) == daemon.pid)
            // Relative names mean the same after a reload.
            try site.write("knockd.conf", "[options]\nlogfile = log\n" + DoorText.withoutStop("new", "7001"))
            daemon.signal(SIGHUP)
            try await site.waitFor("the reload") { site.read("log").contains("re-reading config file") }
            try await site.waitFor("the new door") {
                try site.knock(7001)
                return site.events.contains("start new 198.18.1.2")
            }
            daemon.signal(SIGTERM)
            try await site.waitFor("the end") { !daemon.isAlive }
            #expect(!FileManager.default.fileExists(atPath: "\(site.scratch)/run/knockd.pid"))
        }

        @Test func whatGoesWrongAtTheStartIsTheStartersStatus() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", "[door]\nsequence = 0\n")
            #expect(try site.detach([]).status == 1)
            try site.write("knockd.conf", door)
            let first = RunningProcess(try detach(site))
            let second = try site.detach([])
            #expect(second.status == 1)
            #expect(second.everything.contains("process \(first.pid) has the pid file"))
            #expect(first.isAlive)
            first.signal(SIGKILL)
            try await site.waitFor("the end") { !first.isAlive }
            // A pid file that nobody holds is taken over.
            let third = RunningProcess(try detach(site))
            #expect(third.pid != first.pid)
            third.signal(SIGTERM)
            try await site.waitFor("the end") { !third.isAlive }
        }

        @Test func aLinkInThePlaceOfThePidFileIsNotFollowed() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", "[options]\nlogfile = @DIR@/log\n" + door)
            try site.write("precious", "precious")
            try FileManager.default.createSymbolicLink(
                atPath: "\(site.scratch)/run/knockd.pid", withDestinationPath: "\(site.scratch)/precious")
            let run = try site.detach([])
            #expect(run.succeeded, "as with knockd, it runs without")
            #expect(site.read("precious") == "precious")
            #expect(site.read("log").contains("could not create pid file /var/run/knockd.pid: "))
            for process in site.server.runningProcesses { process.signal(SIGKILL) }
        }

        @Test func theServiceManagerHearsOfReadinessReloadsLifeAndTheEnd() async throws {
            let site = try Site()
            defer { site.close() }
            let manager = try DatagramReader("\(site.scratch)/notify")
            let environment = "export NOTIFY_SOCKET=@DIR@/notify WATCHDOG_USEC=400000"
            let daemon = try await site.start(door, preparing: environment)
            try await site.waitFor("READY") { manager.text.contains("READY=1\nSTATUS=listening on ks0") }
            try await site.waitFor("WATCHDOG, twice") {
                manager.text.components(separatedBy: "WATCHDOG=1").count > 2
            }
            daemon.signal(SIGHUP)
            try await site.waitFor("RELOADING, then READY") {
                guard let reload = manager.text.range(of: "RELOADING=1\nMONOTONIC_USEC=") else { return false }
                return manager.text[reload.upperBound...].contains("READY=1")
            }
            daemon.signal(SIGTERM)
            try await site.waitFor("STOPPING") { manager.text.contains("STOPPING=1") }
        }

        @Test func anInterfaceThatIsAwaitedIsNoReasonNotToBeReady() async throws {
            let site = try Site()
            defer { site.close() }
            let manager = try DatagramReader("\(site.scratch)/notify")
            try site.write("knockd.conf", door)
            _ = try site.launch(interface: ["-i", "ks9"], preparing: "export NOTIFY_SOCKET=@DIR@/notify")
            try await site.waitFor("READY") { manager.text.contains("READY=1\nSTATUS=waiting for ks9") }
        }

        @Test func theLogFileIsOpenedAnewAtAHangup() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start("[options]\nlogfile = @DIR@/log\n" + door)
            try FileManager.default.moveItem(atPath: "\(site.scratch)/log", toPath: "\(site.scratch)/log.1")
            daemon.signal(SIGHUP)
            try await site.waitFor("a new file") {
                FileManager.default.fileExists(atPath: "\(site.scratch)/log")
            }
            try site.knock(7000, 8000)
            try await site.waitFor("its lines") { site.read("log").contains("door: OPEN SESAME") }
            #expect(site.read("log.1").contains("starting up, listening on ks0"))
            #expect(!site.read("log.1").contains("OPEN SESAME"))
        }

        @Test func detailsTellWhatPassesTheFilter() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(
                DoorText.withoutStop("door", "7000,8000,9000"), arguments: ["-D"])
            try site.knock(7000, 9000)
            try await site.waitFor("the reset") {
                daemon.output.contains("198.18.1.2: door: attempt at stage 1 ended by 9000:tcp")
            }
            #expect(daemon.output.contains("local IP: 198.18.1.1"))
            #expect(daemon.output.contains("tcp: 198.18.1.2:"))
            #expect(daemon.output.contains(" -> 198.18.1.1:7000 "))
        }
    }
}
