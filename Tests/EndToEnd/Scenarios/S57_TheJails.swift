// Shows the jails of Listener and Verifier: what somebody who has taken a role over tries is where it ends; the log says what
// holds each; the configuration can name their users, and leave the sandbox out where it must.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S57TheJails {
        /// The way out, and how it ends: killed by SIGSYS at once, or trapped, told and ended.
        static let deeds = [
            ("execve", "killed 31"), ("ptrace", "killed 31"), ("socket", "killed 31"), ("open", "trapped openat"),
            ("fork", "trapped clone"), ("connect", "trapped connect"), ("sendto", "trapped sendto"),
            ("send", "trapped sendto"), ("mmap", "trapped mmap"), ("mprotect", "trapped mprotect"),
            ("kill", "trapped kill"), ("setuid", "trapped setuid"), ("sigaction", "trapped rt_sigaction"),
            ("setsockopt", "trapped setsockopt"),
        ]

        @Test(arguments: ["listener", "verifier"])
        func nobodyGetsOutOfAJail(role: String) throws {
            for (deed, ending) in Self.deeds {
                #expect(try Command.require([Host.prisoner, role, deed]) == "\(ending)\n", "\(deed)")
            }
        }

        /// Locked memory has a limit that privilege alone lifts.
        @Test(arguments: ["listener", "verifier"])
        func aJailedRoleHasTheMemoryThatItNeeds(role: String) throws {
            for need in ["stack", "heap"] {
                #expect(try Command.require([Host.prisoner, role, need]) == "lived 0\n", "\(need)")
            }
        }

        /// Both roles run, and the log is at hand.
        private func started(_ options: String...) async throws -> (site: Site, daemon: Daemon) {
            let site = try Site()
            try site.makeKeys("laptop")
            let text = (["[options]", "KeyDirectory = @DIR@/keys"] + options).joined(separator: "\n") + "\n\n"
            let daemon = try await site.start(text + DoorText.signed("door"))
            return (site, daemon)
        }

        @Test func theLogSaysWhatHolds() async throws {
            let (site, daemon) = try await started()
            defer { site.close() }
            try await site.waitForLog("the listener is jailed: user 65523, no privilege, listed system calls alone, ")
            try await site.waitForLog("the verifier is jailed: user 65521, no privilege, listed system calls alone, ")
            #expect(site.log.contains(", memory never swapped\n"))
            for role in [daemon.listener, daemon.verifier] {
                let role = try #require(role)
                try role.expectJail()
                for limit in ["processes", "file size", "core file size"] { #expect(role.limit("Max \(limit)") == "0") }
            }
            let locked = try #require(daemon.verifier).status["VmLck"].flatMap { Int($0.prefix { $0 != " " }) }
            #expect(locked ?? 0 > 64 << 10, "the heap, where the keys are, is locked memory, in KiB")
        }

        @Test func theDoorkeeperPutsItsCapabilitiesAwayAndItsCommandsGetThem() async throws {
            let site = try Site()
            defer { site.close() }
            // Only who may override permissions can open the log there, or end a command of another user.
            let preparing = [
                "mkdir -m 700 /var/log/others", "chown 65534 /var/log/others", "mkdir -m 777 /run/shown",
            ].joined(separator: " && ")
            let asAnother = "exec setpriv --reuid=65534 --clear-groups sh -c 'trap \"\" TERM; sleep 3600; sleep 3600'"
            let daemon = try await site.start(
                "[options]\nLogFile = /var/log/others/log\n\n"
                    + DoorText.section(
                        "door", "7000", ["start_command = grep Cap /proc/self/status > @DIR@/own"])
                    + DoorText.section(
                        "stuck", "8000", ["start_command = echo $$ > @DIR@/stuck; \(asAnother)", "command_limit = 1"]),
                preparing: preparing)
            let (own, mine) = (daemon.this.status, RunningProcess(getpid()).status)
            #expect(own["CapEff"] == "0000000000000000")
            #expect(own["CapPrm"] == mine["CapPrm"] && own["CapBnd"] == mine["CapBnd"])

            try site.knock(7000)
            try await site.waitFor("the command") { site.read("own").contains("CapAmb") }
            for set in ["CapPrm", "CapEff", "CapBnd"] {
                #expect(site.read("own").contains("\(set):\t\(try #require(mine[set]))\n"), "\(site.read("own"))")
            }
            let log = "\(site.scratch)/varlog/others/log"
            try Command.require(["mv", log, log + ".1"])
            daemon.signal(SIGHUP)
            try await site.waitFor("another log") { FileManager.default.fileExists(atPath: log) }
            try site.knock(8000)
            try await site.waitFor("the command of another user") { !site.read("stuck").isEmpty }
            let stuck = RunningProcess(try #require(Int32(site.read("stuck").trimmingCharacters(in: .newlines))))
            try await site.waitFor("its end") { !stuck.isAlive }
            #expect(daemon.this.status["CapEff"] == "0000000000000000")
            #expect(daemon.errors.lines(containing: "warning").isEmpty, "\(daemon.errors)")
        }

        @Test func theConfigurationNamesTheUsers() async throws {
            let (site, daemon) = try await started("User = daemon, nobody")
            defer { site.close() }
            try await site.waitForLog("the listener is jailed: user daemon, ")
            try await site.waitForLog("the verifier is jailed: user nobody, ")
            #expect(daemon.listener?.status["Uid"]?.hasPrefix("1\t1\t1\t1") == true)
            #expect(daemon.verifier?.status["Uid"]?.hasPrefix("65534\t") == true)
            // What is fixed at the start stays as it is.
            try site.replace("knockd.conf", "[options]\nSandbox = off\n" + DoorText.recording("door", "7000"))
            daemon.signal(SIGHUP)
            try await site.waitForLog("User and Sandbox are read at the start only")
        }

        @Test func theSandboxCanBeLeftOut() async throws {
            let (site, daemon) = try await started("Sandbox = off")
            defer { site.close() }
            try await site.waitForLog("the listener is jailed: user 65523, no privilege, but NO LIST OF SYSTEM CALLS")
            for role in [daemon.listener, daemon.verifier] {
                let status = try #require(role).status
                #expect(status["Seccomp"] == "0")
                #expect(status["CapEff"] == "0000000000000000")
                #expect(status["Uid"]?.contains("\t0\t") == false)
            }
            try site.knockSigned("door")
            try await site.waitFor("the door to open") { site.events == ["start door 198.18.1.2"] }
            let check = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            #expect(check.errors.contains("Sandbox = off lets the roles make any system call"))
            #expect(check.output.contains("the listener runs as user 65523, the verifier as user 65521"))
        }

        @Test(arguments: [
            ("User = nobody-there, daemon", "there is no user nobody-there; make one"),
            ("User = root, daemon", "the user root is root"), ("User = daemon", "write User = LISTENER, VERIFIER"),
            ("User = daemon, daemon", "write User = LISTENER, VERIFIER"), ("Sandbox = none", "write on or off"),
        ])
        func whatIsNoJailEndsTheStart(option: String, complaint: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", "[options]\n\(option)\n" + DoorText.recording("door", "7000"))
            let daemon = try site.launch()
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            #expect(daemon.errors.contains(complaint))
            let check = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            #expect(check.status == 1)
            #expect(check.errors.contains(complaint))
        }
    }
}
