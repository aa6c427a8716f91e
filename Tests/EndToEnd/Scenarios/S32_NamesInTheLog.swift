// Shows --lookup: host names stand beside addresses as knockd has them, in standard output and log file; a name server
// that never answers delays lines by 2 s and doors not at all; the role that asks has no privilege, and may die.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S32NamesInTheLog {
        static let hosts = """
            127.0.0.1 localhost
            198.18.1.2 client.example alias.example
            198.18.1.3 198.18.1.99
            198.18.1.4 fourth.example
            fd00:198:18:1::2 client6.example

            """
        static let configuration =
            "[options]\nLogFile = @DIR@/knockd.log\n"
            + DoorText.recording("door", "7000,8000", timeout: 1, "seq_timeout = 1")

        /// A server that knows the names of `hosts`, and has no name server.
        private func site() throws -> Site {
            let site = try Site()
            try site.server.write("hosts", Self.hosts)
            return site
        }

        /// Lets the server ask name servers that swallow every question: for longer than lines wait.
        private func muteNameServer(of site: Site) throws {
            try site.server.write("resolv.conf", (7...9).map { "nameserver 198.18.1.\($0)\n" }.joined())
            try site.client.require("iptables", "-A", "INPUT", "-p", "udp", "--dport", "53", "-j", "DROP")
        }

        /// The log file's lines about this address and about what was run, without their times.
        private func logged(_ site: Site, _ source: String) -> [String] {
            site.read("knockd.log").split(separator: "\n").map { String($0.dropFirst("[1970-01-01 00:00] ".count)) }
                .filter { $0.hasPrefix(source) || $0.hasPrefix("door:") && $0.contains(" \(source)") }
        }

        private func command(_ what: String, _ source: String) -> String {
            "door: running command: echo \"$(date +%s.%N) \(what) door \(source)\" >> "
        }

        @Test func everyLineThatBeginsWithAnAddressHasItsName() async {
            await sideBySide([
                ("198.18.1.2", "198.18.1.2 (client.example)"),
                ("fd00:198:18:1::2", "fd00:198:18:1::2 (client6.example)"),
                ("198.18.1.3", "198.18.1.3"), ("198.18.1.5", "198.18.1.5"),
            ]) { source, name in
                let site = try self.site()
                defer { site.close() }
                let daemon = try await site.start(Self.configuration, arguments: ["-l"])
                try site.knock(7000, 8000, from: source)
                try await site.waitFor("the stop") { site.events.last == "stop door \(source)" }
                try site.knock(7000, from: source)
                try await site.waitForLog("\(name): door: sequence timeout (stage 1)")
                let expected = [
                    "\(name): door: Stage 1", "\(name): door: Stage 2", "\(name): door: OPEN SESAME",
                    command("start", source) + "\(site.scratch)/events", "\(name): door: command timeout",
                    command("stop", source) + "\(site.scratch)/events", "\(name): door: Stage 1",
                    "\(name): door: sequence timeout (stage 1)",
                ]
                #expect(logged(site, source) == expected)
                // What it says of itself is no part of it.
                let lines = daemon.output.split(separator: "\n").filter { !$0.contains(" is jailed: ") }.map(
                    String.init)
                #expect(Array(lines.dropFirst()) == expected)
            }
        }

        @Test func withoutLookupThereAreNoNamesAndNobodyAsks() async throws {
            let site = try self.site()
            defer { site.close() }
            let daemon = try await site.start(Self.configuration)
            try site.knock(7000, 8000)
            try await site.waitForLog("198.18.1.2: door: command timeout")
            #expect(!site.log.contains("client.example"))
            #expect(daemon.resolver == nil)
        }

        @Test(.alone) func aSilentNameServerDelaysLinesByTwoSecondsAndDoorsNotAtAll() async throws {
            let site = try self.site()
            defer { site.close() }
            try muteNameServer(of: site)
            try await site.start(Self.configuration, arguments: ["-l"])
            let source = "198.18.1.5"
            let start = ContinuousClock.now
            try site.knock(7000, 8000, from: source)
            try await site.waitFor("the start", within: 1.5) { site.events == ["start door \(source)"] }
            #expect(logged(site, source).isEmpty, "lines wait")
            try await site.waitForLog("\(source): door: OPEN SESAME")
            let passed = ContinuousClock.now - start
            #expect(passed > .milliseconds(1900) && passed < .seconds(4), "\(passed)")
            try await site.waitFor("the stop") { site.events.last == "stop door \(source)" }
            try await site.waitForLog(command("stop", source))
            let opened = [
                "\(source): door: Stage 1", "\(source): door: Stage 2", "\(source): door: OPEN SESAME",
                command("start", source) + "\(site.scratch)/events", "\(source): door: command timeout",
                command("stop", source) + "\(site.scratch)/events",
            ]
            #expect(logged(site, source) == opened)

            // That there is no name is known now.
            try site.knock(7000, 8000, from: source)
            try await site.waitFor("the lines", within: 1.5) { logged(site, source).count >= opened.count + 3 }
        }

        @Test(.alone) func strangersWithoutNamesDoNotKeepOutTheNameOfWhoComesIn() async throws {
            let site = try self.site()
            defer { site.close() }
            try muteNameServer(of: site)
            try await site.start(Self.configuration, arguments: ["-l"])
            try site.inject((0..<100).map { "0 " + site.frame(7000, from: "198.18.2.\($0 + 1)") })
            try await site.waitFor("the first stranger's line") { site.log.contains("198.18.2.1: door") }
            try site.inject((100..<200).map { "0 " + site.frame(7000, from: "198.18.2.\($0 + 1)") })
            try site.knock(7000, 8000)
            try await site.waitFor("the start", within: 1.5) { site.events.first == "start door 198.18.1.2" }
            try await site.waitForLog("198.18.1.2 (client.example): door: OPEN SESAME", within: 4)
        }

        @Test func aKilledResolverIsReplaced() async throws {
            let site = try self.site()
            defer { site.close() }
            let daemon = try await site.start(Self.configuration, arguments: ["-l"])
            #expect(daemon.resolver == nil, "nobody has asked yet")
            try site.knock(7000)
            try await site.waitForLog("198.18.1.2 (client.example): door: Stage 1")
            let first = try #require(daemon.resolver)
            first.signal(SIGKILL)
            try await site.waitForLog("the resolver has ended (signal 9)")
            // The lines of who is known keep their names, and those of others come in time.
            try site.knock(7000, 8000)
            try await site.waitForLog("198.18.1.2 (client.example): door: OPEN SESAME")
            try await site.waitFor("a name from another resolver") {
                try site.knock(7000, from: "198.18.1.4")
                return site.log.contains("198.18.1.4 (fourth.example): door: ")
            }
            #expect(daemon.resolver.map { $0 != first } ?? false)
        }

        @Test func theResolverHasNoPrivilegeAndEndsWithTheDoorkeeper() async throws {
            let site = try self.site()
            defer { site.close() }
            let daemon = try await site.start(Self.configuration, arguments: ["-l"])
            try site.knock(7000)
            try await site.waitForLog("198.18.1.2 (client.example): door: Stage 1")
            let resolver = try #require(daemon.resolver)
            let status = resolver.status
            #expect(resolver.name == "knockd-resolver")
            #expect(status["NoNewPrivs"] == "1")
            for set in ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"] {
                #expect(status[set] == "0000000000000000", "\(set)")
            }
            for identity in ["Uid", "Gid"] { #expect(status[identity] == "65522\t65522\t65522\t65522") }
            #expect(status["Groups"] == "")
            for limit in ["Max processes", "Max file size", "Max core file size"] {
                #expect(resolver.limit(limit) == "0", "\(limit)")
            }
            for signal in [SIGTERM, SIGINT, SIGHUP] { resolver.signal(signal) }
            try site.knock(7000, 8000)
            try await site.waitForLog("198.18.1.2 (client.example): door: OPEN SESAME")
            #expect(daemon.resolver == resolver, "only the Doorkeeper ends it")
            daemon.signal(SIGKILL)
            try await site.waitFor("the resolver to be gone") { !resolver.isAlive }
        }
    }
}
