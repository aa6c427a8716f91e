// Shows that what is read from the words of commands is what the real tools do: the command that is derived from a start
// command tells a rule that is there from one that is not, and --check warns of doors that stay open, and of no others.
import Doors
import KernelRules
import Testing

extension EndToEnd {
    @Suite struct S88WhatCommandsDo {
        private static let table = [
            "add table inet guard", "add set inet guard allow { type ipv4_addr; flags timeout; }",
            "add set inet guard six { type ipv6_addr; }", "add set inet guard nets { type ipv4_addr; flags interval; }",
            "add set inet guard ports { type ipv4_addr . inet_service; flags timeout; }",
            "add map inet guard m { type ipv4_addr : verdict; }",
        ].joined(separator: "\n")

        /// How the firewall forgets all that was added while its sets and chains stay.
        private static let reload = [
            "iptables -F", "ip6tables -F", "iptables -t nat -F", "iptables-legacy -F || true",
            "for set in allow six nets ports; do nft flush set inet guard $set; done", "nft flush map inet guard m",
        ].joined(separator: "; ")

        @Test func theDerivedCommandAsksTheRealFirewall() throws {
            let site = try Site()
            defer { site.close() }
            #expect(try site.server.run(["nft", "-f", "-"], input: Self.table).succeeded)
            for start in [
                "iptables -I INPUT 1 -s 198.18.1.2 -p tcp --dport 22 -j ACCEPT",
                "/usr/sbin/iptables -w 5 -A INPUT -s 198.18.1.2 -p tcp -m multiport --dports 22,80 -j ACCEPT",
                "iptables-nft -A INPUT -m comment --comment \"it's open; -A\" -s 198.18.1.2 -j LOG --log-prefix 'a b'",
                "iptables -t nat -A PREROUTING -s 198.18.1.2 -p tcp --dport 80 -j DNAT --to 198.18.1.1:22",
                "ip6tables --insert INPUT -s fd00:198:18:1::2 ! -i lo -j ACCEPT",
                "nft add element inet guard allow { 198.18.1.2 timeout 60s }",
                "nft 'add element inet guard allow { 198.18.1.2 timeout 60s expires 30s comment \"a b\", 198.18.1.3 }'",
                "nft -e add element inet guard six \\{ fd00:198:18:1::2 \\}",
                "nft add element inet guard nets { 198.18.0.0/24 }",
                "nft add element inet guard ports { 198.18.1.2 . 22 timeout 1m }",
                "nft add element inet guard m { 198.18.1.2 : accept }",
            ] {
                let check = try #require(ActionTemplate(start)?.inPlaceCheck?.text, "\(start)")
                func isInPlace() throws -> Bool { try site.server.run("sh", "-c", check).succeeded }
                #expect(try !isInPlace(), "before: \(check)")
                let started = try site.server.run("sh", "-c", start)
                try #require(started.succeeded, "\(start): \(started.everything)")
                #expect(try isInPlace(), "after: \(check)")
                _ = try site.server.run("sh", "-c", Self.reload)
                #expect(try !isInPlace(), "after the firewall's reload: \(check)")
            }
        }

        private static let doors = """
            [in]
            sequence = 7101,9202,8303
            command = /bin/sh -c 'iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT'
            command_6 =
            [out]
            sequence = 8303,9202,7101
            command = iptables -D INPUT -p tcp --dport 22 -s %IP% -j ACCEPT
            command_6 =
            [set]
            sequence = 7102,9202,8303
            command = nft add element inet guard allow { %IP% timeout 60s }
            [fin]
            sequence = 2222
            tcpflags = fin
            command = true
            # check: ok it wakes a machine
            [wake]
            sequence = 19555:udp
            command = true
            [web]
            sequence = 7103,9202,8303
            command = nft add element inet guard web { %IP% }
            [ssh]
            sequence = 7104,9202,8303
            command = /usr/sbin/iptables -I INPUT -s %IP% -p tcp --dport 2222 -j ACCEPT
            stop_command = /usr/sbin/iptables -D INPUT -s %IP% -p tcp --dport 2222 -j ACCEPT
            [udp]
            sequence = 19556:udp # check: ok
            command = true
            [game]
            sequence = 19557:udp
            command = true

            """

        @Test func checkWarnsOfTheDoorsThatAreWrongAlone() throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", Self.doors)
            try Command.require(["chmod", "600", "\(site.scratch)/knockd.conf"])
            let result = try Command.run([Host.knockd, "--check", "-c", "\(site.scratch)/knockd.conf"])
            #expect(result.status == 0)
            let lines = result.errors.split(separator: "\n")
            let warnings = lines.compactMap { $0.firstMatch(of: #/knockd\.conf:(\d+):\d+: warning: (.*)/#) }
            #expect(warnings.map { String($0.1) } == ["22", "25", "31"], "\(result.errors)")
            #expect(warnings.first?.2.hasPrefix("without a stop command") ?? false)
            #expect(warnings.dropFirst().first?.2.hasPrefix("this command fails for IPv6 addresses") ?? false)
            #expect(warnings.last?.2.hasPrefix("any port scan opens a door of one knock") ?? false)
        }
    }
}
