// Shows that configurations which knockd takes are taken, that what their authors did not mean is told by name, and that
// --check knows of a daemon that still goes by an older file.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S87WhatAnotherKnockdTakes {
        /// Comments behind values, quotes around the interface, CR and LF.
        @Test func aDoorWithCommentsBehindItsValuesOpens() async throws {
            let site = try Site()
            defer { site.close() }
            let configuration = """
                [options] # all of them
                Interface = "ks0"   # the wire\r
                LogFile =
                [door]  # mine
                sequence = 7000,8000:TCP,9000 # a, b
                seq_timeout = 15 # seconds
                tcpflags = syn # no others
                start_command = echo "start door %IP%" >> @DIR@/opened # noted
                stop_command =

                """
            let daemon = try await site.start(configuration, interface: [])
            #expect(daemon.output.contains("listening on ks0"), "\(daemon.log)")
            try site.knock(7000, 8000, 9000)
            try await site.waitFor("the door to open") {
                site.read("opened") == "start door \(Site.clientAddress)\n"
            }
        }

        @Test func checkNamesWhatItsAuthorDidNotMean() throws {
            let site = try Site()
            defer { site.close() }
            try site.write(
                "knockd.conf",
                """
                [options]
                    Interfce = ks0
                [Options]
                    LogFile = /tmp/x
                [door]
                    sequence\u{A0}= 7000
                    sequence = 7000 8000
                    seq_timeout = “5”
                    AllowDuplicates = yes

                """)
            let result = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            #expect(result.status == 1)
            for text in [
                "knockd.conf:2:5: 'Interfce' is not a directive; did you mean Interface?",
                "knockd.conf:3:1: [Options] is a door, since only [options]",
                "knockd.conf:6:13: there is a no-break space (U+00A0) here",
                "knockd.conf:7:16: commas stand between knocks; write 7000,8000",
                "knockd.conf:8:19: “ is a typographic quote (U+201C)",
                "knockd.conf:9:5: 'AllowDuplicates' is a directive of another knockd",
            ] {
                #expect(result.errors.contains(text), "\(result.errors)")
            }
        }

        @Test func checkKnowsOfADaemonWithAnOlderReading() async throws {
            let site = try Site()
            defer { site.close() }
            let door = "[door]\nsequence = 7001,7000\nstart_command = true\nstop_command =\n"
            try site.write("more.conf", "[more]\nsequence = 7003,7002\nstart_command = true\nstop_command =\n")
            let daemon = try await site.start("include = more.conf\n" + door)
            let old = "the running daemon (process \(daemon.this.pid)) has read it at "
            func check(_ more: [String] = []) throws -> CommandResult {
                // In the daemon's mounts, where /run is what it has there.
                try Command.run(
                    ["nsenter", "--target", "\(daemon.this.pid)", "--mount", "env"] + more
                        + [Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            }
            #expect(try !check().errors.contains(old))

            try site.write("more.conf", "[more]\nsequence = 7003,7001\nstart_command = true\nstop_command =\n")
            let changed = try check()
            #expect(changed.status == 0)
            #expect(changed.errors.contains(old), "\(changed.errors)")
            #expect(try !check(["MAINPID=1"]).errors.contains(old), "the unit's own check before a reload")

            daemon.signal(SIGHUP)
            try await site.waitFor("the new file to be read") { try !check().errors.contains(old) }

            // A file with an error is not read; one that is mended is an unread one again.
            try site.write("knockd.conf", "nonsense\n")
            daemon.signal(SIGHUP)
            try await site.waitForLog("knockd.conf:1:1: this is no directive")
            try site.write("knockd.conf", door)
            #expect(try check().errors.contains(old))

            daemon.signal(SIGTERM)
            try await site.waitFor("the daemon to end") { !daemon.isRunning }
            #expect(!site.read("run/knockd/reading-\(daemon.this.pid)").contains("knockd reading"))
        }
    }
}
