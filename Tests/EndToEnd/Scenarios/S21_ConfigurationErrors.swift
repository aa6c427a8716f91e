// Shows that a faulty configuration is told whole: every fault as FILE:LINE:COLUMN, all of them, then exit 1; and that
// --check tells what a good one can be meant otherwise with, then exits 0.
import Testing

extension EndToEnd {
    @Suite struct S21ConfigurationErrors {
        static let faulty = """
            [options]
            Intrface = ks0
            [door]
            sequence = 7000,70000,9000
            seq_timeout = soon
            tcpflags = syn,ick
            start_command = true

            """

        @Test(arguments: [[], ["--check"]])
        func allFaultsAreToldWithTheirPlaces(more: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.faulty)
            let daemon = try site.launch(arguments: more)
            try await site.waitFor("the daemon to give up") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            let place = #/knockd\.conf:(\d+):\d+: .+/#
            let lines = Set(daemon.log.matches(of: place).compactMap { Int($0.1) })
            #expect(lines == [2, 4, 5, 6], "\(daemon.log)")
        }

        /// ExecReload gives --check the options that the daemon has.
        @Test func checkJudgesTheInterfacesOfTheCommandLine() throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", "[door]\nsequence = 7000,9000,8000\nvlan = 5\ncommand = true\n")
            func check(_ interfaces: String) throws -> CommandResult {
                try Command.run([Host.knockd, "--check", "-i", interfaces, "-c", "\(site.scratch)/knockd.conf"])
            }
            #expect(try check("any").status == 1)
            #expect(try check("any").errors.contains("interface any does not show VLANs, and door 'door' has one"))
            #expect(try check("a/b").status == 1)
            let absent = try check("lo,nosuch0")
            #expect(absent.status == 0)
            func absence(of name: String) -> String { "-i: warning: there is no interface \(name) at the moment" }
            #expect(absent.errors.contains(absence(of: "nosuch0")), "\(absent)")
            #expect(!absent.errors.contains(absence(of: "lo")))
        }

        /// Warnings of a main file, an included one and a file of one-time sequences that is used up.
        @Test func checkTellsFaultsOfEveryFileAndWarnings() throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", "include = *.door\n[ssh]\nsequence = 7000,8000\ncommand = /no/such/program\n")
            try site.write("web.door", "[web]\none_time_sequences = @DIR@/ots\n")
            try site.write("ots", "#1,2\n")
            let words = [Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"]
            for name in ["knockd.conf", "web.door", "ots"] {
                try Command.require(["chmod", "600", "\(site.scratch)/\(name)"])
            }
            let good = try Command.run(words)
            #expect(good.status == 0)
            #expect(good.everything.contains("knockd.conf\(LogWords.checkIsGood)2 doors"), "\(good)")
            #expect(
                Self.places(good.everything) == [
                    "knockd.conf:3:12", "knockd.conf:4:11", "web.door:2:22",
                ])
            #expect(
                good.everything.contains(
                    "no more sequences left in the one time sequences file for door web --> disabling the door"))

            try Command.require(["chmod", "644", "\(site.scratch)/web.door"])
            let readable = try Command.run(words)
            #expect(readable.status == 0)
            #expect(
                readable.everything.contains("web.door: warning: everybody on this machine can read"), "\(readable)")

            try site.write("ots", "1,2\n70000\n")
            let bad = try Command.run(words)
            #expect(bad.status == 1)
            #expect(!bad.everything.contains(LogWords.checkIsGood), "\(bad)")
            #expect(Self.places(bad.everything) == ["ots:2:1"], "\(bad)")
        }

        private static func places(_ text: String) -> [String] {
            text.matches(of: #/([a-z.]+:\d+:\d+): /#).map { String($0.1) }
        }
    }
}
