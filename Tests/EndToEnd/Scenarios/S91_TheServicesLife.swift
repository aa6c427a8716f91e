// Shows what happens to the service around its ordinary life: an installation that something hides, a reload of a broken
// configuration, an orderly end, an error in the journal, another start of a container, an uninstallation.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S91TheServicesLife {
        private let door = DoorText.recording("door", "7000,8000", timeout: 300)

        // MARK: Running

        @Test(arguments: [["-l"], []])
        func anOrderlyEndLeavesNoProcessForTheServiceManagerToKill(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(
                Site.signedOptions("") + DoorText.signed("door"), arguments: arguments)
            try await site.waitFor("both roles") { daemon.roles.count == 2 }
            // With a name to be looked up there is a third one.
            try site.knockSigned("door")
            try await site.waitFor("the start") { !site.events.isEmpty }
            let roles = daemon.roles
            // One that does not end by itself.
            roles[0].signal(SIGSTOP)
            daemon.signal(SIGTERM)
            try await site.waitFor("the end", polling: .milliseconds(1)) { !daemon.isRunning }
            #expect(roles.allSatisfy { !$0.isAlive })
            #expect(daemon.exit == 0)
        }

        /// The journal has standard error, and the system log: each error is in it once.
        @Test(arguments: [true, false])
        func anErrorIsInTheJournalOnce(isJournal: Bool) async throws {
            let site = try Site()
            defer { site.close() }
            let log = try DatagramReader("\(site.scratch)/syslog")
            let stream = isJournal ? "$(stat -L -c %d:%i /proc/self/fd/2)" : "1:2"
            let devices = [
                "mkdir @DIR@/dev", "mount --bind /dev @DIR@/dev", "mount -t tmpfs tmpfs /dev",
                "for name in null urandom; do touch /dev/$name; mount --bind @DIR@/dev/$name /dev/$name; done",
                "touch /dev/log", "mount --bind @DIR@/syslog /dev/log", "umount @DIR@/dev",
            ]
            let preparing = (devices + ["export JOURNAL_STREAM=\(stream)"]).joined(separator: " && ")
            let daemon = try await site.start(
                "[options]\nUseSyslog\n\n" + DoorText.withoutStop("door", "7000"), preparing: preparing)
            try site.write("knockd.conf", "[door]\nsequence = 0\n")
            daemon.signal(SIGHUP)
            try await site.waitFor("the error") { log.text.contains("the configuration stays as it was") }
            try await site.waitFor("its end") { daemon.output.contains("the configuration stays as it was") }
            let errors = daemon.errors.lines(containing: "the configuration stays as it was")
            #expect(errors.count == (isJournal ? 0 : 1), "\(daemon.log)")
        }

        @Test func whatOneReaderSeesTwiceIsWrittenOnce() async throws {
            let site = try Site()
            defer { site.close() }
            // As on a terminal, or in a container's log.
            let daemon = try await site.start(
                DoorText.withoutStop("door", "7000"), preparing: "exec 2>&1")
            try site.write("knockd.conf", "[door]\nsequence = 0\n")
            daemon.signal(SIGHUP)
            let words = "the configuration stays as it was"
            try await site.waitFor("the error") { daemon.output.contains(words) }
            #expect(daemon.output.lines(containing: words).count == 1)
        }

        // MARK: In a container

        /// Both are started in a folder of processes of their own: the first as a container's first process starts a daemon,
        /// twice in the same container; then in another start of the container.
        @Test func anotherStartOfTheContainerIsAnotherBoot() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let configuration = Site.signedOptions("TimeWindow = 5") + DoorText.signed("door", timeout: 300)
            try site.write("knockd.conf", configuration)
            try site.write(
                "init",
                """
                mount --make-rprivate / && mount -t proc proc /proc
                while read -r line < @DIR@/orders; do "$@" & echo started; wait; done
                """)
            try Command.require(["mkfifo", "\(site.scratch)/orders"])
            func knockd(_ number: Int) -> String { site.read("out.\(number)") }
            func container(_ number: Int) throws -> SpawnedProgram {
                let words = Daemon.words(
                    in: site.server, scratch: site.scratch,
                    arguments: ["-i", "ks0", "-c", "\(site.scratch)/knockd.conf", "-v"],
                    preparing: "set -- unshare --pid --fork --kill-child sh @DIR@/init \"$@\"")
                return try SpawnedProgram(words, output: "\(site.scratch)/out.\(number)")
            }
            func order() throws { try Command.require(["sh", "-c", "echo go > \(site.scratch)/orders"]) }
            let listening = "listening on ks0"
            let first = try container(1)
            defer { first.end() }
            try order()
            try await site.waitFor("the daemon") { knockd(1).contains(listening) }
            try site.knockSigned("door")
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            // The daemon alone ends and starts anew: that is no boot.
            let daemon = try #require(site.server.runningProcesses.first { $0.name == "knockd" })
            daemon.signal(SIGKILL)
            try await site.waitFor("its end") { !site.server.runningProcesses.contains(where: \.isKnockd) }
            try order()
            try await site.waitFor("the next one") {
                knockd(1).components(separatedBy: listening).count == 3
            }
            #expect(!knockd(1).containsAny(of: LogWords.hasJustStarted), "\(knockd(1))")
            #expect(site.events == ["start door 198.18.1.2"])
            first.end()
            try await site.waitFor("the container's end") {
                !site.server.runningProcesses.contains(where: \.isKnockd)
            }
            let second = try container(2)
            defer { second.end() }
            try order()
            try await site.waitFor("the daemon of the next one") { knockd(2).contains(listening) }
            #expect(knockd(2).contains(" on (the container has just started)"), "\(knockd(2))")
            try await site.waitFor("the stop") { site.events.last == "stop door 198.18.1.2" }
        }

        // MARK: Installing

        /// `make install` or `uninstall` into a folder that stands for a machine's root.
        private func make(_ root: String, _ words: String...) throws -> CommandResult {
            let built = URL(fileURLWithPath: Host.knockd).deletingLastPathComponent().path
            return try Command.run(["make", "-s", "-C", Host.root, "DESTDIR=\(root)", "BUILT=\(built)"] + words)
        }

        private func withRoot(_ body: (String) throws -> Void) throws {
            let root = "\(NSTemporaryDirectory())postern-\(Tag.next())"
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: root) }
            try body(root)
        }

        private func write(_ path: String, _ text: String) throws {
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try text.write(toFile: path, atomically: false, encoding: .utf8)
        }

        @Test func whatHidesTheUnitIsNamed() throws {
            try withRoot { root in
                let quiet = try make(root, "install")
                #expect(quiet.succeeded && !quiet.everything.contains("WARNING"), "\(quiet)")
                #expect(quiet.output.contains("systemctl enable --now knockd"))
                let own = "/etc/systemd/system/knockd.service"
                try write(root + own, "[Service]\nExecStart=/opt/knockd\n")
                try write("\(root)\(own).d/local.conf", "[Service]\nExecStart=\nExecStart=/opt/knockd -D\n")
                let hidden = try make(root, "install")
                #expect(hidden.succeeded)
                #expect(
                    hidden.errors.contains(
                        "WARNING: \(own) hides the unit that was installed, /usr/local/lib/systemd/system/knockd.service"
                    ))
                #expect(hidden.errors.contains("WARNING: \(own).d/local.conf replaces the program"))
                try Command.require(["ln", "-sf", "/dev/null", root + own])
                #expect(try make(root, "install").errors.contains("knockd.service is masked by \(own)"))
            }
        }

        @Test func filesOfAPackageAreNamed() throws {
            try withRoot { root in
                let dpkg = "\(root)/var/lib/dpkg"
                try write(
                    "\(dpkg)/status",
                    "Package: knockd\nStatus: install ok installed\nMaintainer: n\nArchitecture: amd64\n"
                        + "Version: 0.8\nDescription: n\n\n")
                try write("\(dpkg)/info/knockd.list", "/.\n/usr/sbin/knockd\n/lib/systemd/system/knockd.service\n")
                let result = try make(root, "install", "PREFIX=/usr")
                #expect(result.succeeded)
                let line = "WARNING: these files belong to the package knockd: /usr/sbin/knockd"
                #expect(result.errors.contains(line), "\(result)")
                #expect(result.errors.contains("/usr/lib/systemd/system/knockd.service"))
                #expect(result.errors.contains("stop its daemon (systemctl disable --now knockd), apt remove knockd"))
            }
        }

        /// In a tree of its own, whose root a daemon has that is another program.
        @Test func aDaemonThatRunsIsComparedAndToBeStartedAnew() async throws {
            let site = try Site()
            defer { site.close() }
            let root = "\(site.scratch)/root"
            try Command.require(["mkdir", "-p", "\(root)/bin", "\(root)/usr"])
            for folder in ["lib", "lib64"] {
                try Command.require(["ln", "-s", "usr/\(folder)", "\(root)/\(folder)"])
            }
            try Command.require(["cp", "/bin/sleep", "\(root)/bin/knockd"])
            let mounts = "mount --make-rprivate / && mount --bind /usr '\(root)/usr'"
            let other = try SpawnedProgram([
                "unshare", "-m", "sh", "-c", "\(mounts) && exec chroot '\(root)' /bin/knockd 60",
            ])
            defer { other.end() }
            try await site.waitFor("the other one") { RunningProcess(other.pid).name == "knockd" }
            let result = try make(root, "install")
            #expect(result.errors.contains("WARNING: process \(other.pid) runs "), "\(result)")
            #expect(result.errors.contains("which is not the knockd that was installed: restart it"))
            #expect(result.output.contains("systemctl restart knockd") && !result.output.contains("enable --now"))
        }

        @Test func uninstallTellsToOpenSSHAndRefusesWhereThereIsNothing() throws {
            try withRoot { root in
                _ = try make(root, "install", "PREFIX=/usr")
                let wrong = try make(root, "uninstall")
                #expect(!wrong.succeeded)
                #expect(wrong.errors.contains("Nothing of knockd is installed below \(root)/usr/local"))
                #expect(FileManager.default.fileExists(atPath: "\(root)/etc/init.d/knockd"), "nothing was removed")
                let wanted = "\(root)/etc/systemd/system/multi-user.target.wants"
                try write("\(wanted)/knockd.service", "")
                let right = try make(root, "uninstall", "PREFIX=/usr")
                #expect(right.succeeded, "\(right)")
                #expect(right.output.hasPrefix("Open ssh in your firewall first"))
                #expect(!FileManager.default.fileExists(atPath: "\(wanted)/knockd.service"))
                #expect(!FileManager.default.fileExists(atPath: "\(root)/usr/sbin/knockd"))
            }
        }

        /// Both have their unit in one place, and the last that was installed is the one that is started.
        @Test func anotherInstallationIsLeftAlone() async throws {
            try withRoot { root in
                func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }
                let unit = "/usr/local/lib/systemd/system/knockd.service"
                _ = try make(root, "install", "PREFIX=/opt/other")
                #expect(try !make(root, "uninstall").succeeded, "its unit is no installation below /usr/local")
                #expect(isThere(unit) && isThere("/etc/init.d/knockd"))
                _ = try make(root, "install")
                let result = try make(root, "uninstall", "PREFIX=/opt/other")
                #expect(result.succeeded && result.output.contains("starts another knockd than /opt/other/sbin/knockd"))
                #expect(isThere(unit) && isThere("/etc/init.d/knockd") && isThere("/usr/local/sbin/knockd"))
                #expect(!isThere("/opt/other/sbin/knockd"))
                #expect(try make(root, "uninstall").succeeded)
                #expect(!isThere(unit) && !isThere("/etc/init.d/knockd"))
                // Units in two places, of which the one below /usr/local counts.
                _ = try make(root, "install", "PREFIX=/usr")
                _ = try make(root, "install")
                let first = try make(root, "uninstall", "PREFIX=/usr")
                #expect(first.output.contains("starts another knockd than /usr/sbin/knockd"))
                #expect(!isThere("/usr/lib/systemd/system/knockd.service") && isThere(unit))
                #expect(isThere("/etc/init.d/knockd"))
            }
        }
    }
}
