// Shows that a configuration as it stands on a real server works unchanged: absolute command paths, a firewall chain of
// its own, a log file. Its `tcpflags = syn,ack` asks for segments with both flags, which no connection attempt
// carries; --check says so. With `tcpflags = syn` it opens for the usual clients.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S20ARealConfiguration {
        static let unchanged = """
            [options]
                logfile = /var/log/knockd.log
            [opencloseSSH]
                sequence      = 8881:tcp,7777:tcp,9991:tcp
                seq_timeout   = 15
                tcpflags      = syn,ack
                start_command = /usr/bin/iptables -A TCP -s %IP% -p tcp --dport 22 -j ACCEPT
                cmd_timeout   = 10
                stop_command  = /usr/bin/iptables -D TCP -s %IP% -p tcp --dport 22 -j ACCEPT

            """

        /// /var/log is empty memory, and iptables is at /usr/bin whatever this machine thinks.
        static let surroundings = """
            mount -t tmpfs tmpfs /var/log && { test -x /usr/bin/iptables || { \
            mkdir -p '@DIR@/bin' && mount --bind /usr/bin '@DIR@/bin' && mount -t tmpfs tmpfs /usr/bin \
            && '@DIR@/bin/ln' -s '@DIR@'/bin/* /usr/bin/ && ln -s "$(PATH=/usr/sbin:/sbin '@DIR@/bin/which' iptables)" \
            /usr/bin/iptables; }; }
            """

        @Test func onlySegmentsWithBothFlagsCount() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await start(site, Self.unchanged)
            let ports = [8881, 7777, 9991]
            try site.knock(8881, 7777, 9991, from: "198.18.1.3")
            try site.inject(ports.enumerated().map { "\($0.offset) " + site.frame($0.element, "tcp ack") })
            try site.inject(ports.enumerated().map { "\($0.offset) " + site.frame($0.element, "tcp syn,ack") })
            try await site.waitFor("the rule in the chain TCP") {
                try site.rules(for: "198.18.1.2", chain: "TCP").count == 1
            }
            #expect(try site.rules(for: "198.18.1.3", chain: "TCP").isEmpty)
            #expect(try site.canConnect())

            let log = daemon.this.file("/var/log/knockd.log")
            let line = #/\[\d{4}-\d\d-\d\d \d\d:\d\d\] 198\.18\.1\.2: opencloseSSH: OPEN SESAME/#
            #expect(log.split(separator: "\n").contains { $0.wholeMatch(of: line) != nil }, "\(log)")
            try await site.waitFor("the rule to go") {
                try site.rules(for: "198.18.1.2", chain: "TCP").isEmpty
            }
        }

        @Test func checkWarnsThatNoConnectionAttemptCarriesBothFlags() throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.unchanged)
            let result = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            #expect(result.status == 0)
            #expect(result.everything.contains("knockd.conf:6:"), "the place of tcpflags: \(result)")
            #expect(result.everything.lowercased().contains("no connection attempt carries"), "\(result)")
        }

        @Test func withSynAloneTheUsualClientsOpenIt() async throws {
            let site = try Site()
            defer { site.close() }
            _ = try await start(
                site, Self.unchanged.replacingOccurrences(of: "syn,ack", with: "syn"))
            for port in ["8881", "7777", "9991"] {
                let words = ["nmap", "-Pn", "--host-timeout", "201", "--max-retries", "0", "-p", port]
                _ = try site.client.run(words + [Site.serverAddress])
            }
            try await site.waitFor("the rule in the chain TCP") {
                try !site.rules(for: "198.18.1.2", chain: "TCP").isEmpty
            }
            #expect(try site.canConnect())
        }

        /// A daemon with this configuration behind a firewall that has a chain TCP.
        private func start(_ site: Site, _ configuration: String) async throws -> Daemon {
            try site.dropIncoming()
            try site.server.require("iptables", "-N", "TCP")
            try site.server.require("iptables", "-A", "INPUT", "-p", "tcp", "-j", "TCP")
            try await site.serve()
            return try await site.start(configuration, preparing: Self.surroundings)
        }
    }
}
