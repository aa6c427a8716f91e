// Shows sequences that no daemon hears: the rules that knockctl prints open the port to whoever has knocked, and close it
// again by themselves, whatever client knocks; with iptables of both kinds and with nft.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S55SequencesInTheKernel {
        static let sequence = "7000,8000,9000"

        /// A door for ssh that the kernel can do.
        static func door(
            _ sequence: String = Self.sequence, openFor seconds: Int = 3, _ more: String...
        ) -> String {
            DoorText.section(
                "ssh", sequence,
                [
                    "start_command = iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                    "stop_command = iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                    "cmd_timeout = \(seconds)", "tcpflags = syn",
                ] + more)
        }

        /// What knocks at one port after the other, and which programs it takes.
        enum Client: String, CaseIterable {
            case ours, debians, nmap, netcat

            var isPossible: Bool { self != .debians || Host.hasDebianKnock }

            func knock(_ site: Site, from client: String, _ ports: [String]) throws {
                let server = Site.server(for: client)
                let family = client.contains(":") ? ["-6"] : []
                switch self {
                case .ours: _ = try site.client.run([Host.knock, "-d", "20", server] + ports)
                case .debians: _ = try site.client.run([Host.debianKnock, "-d", "20"] + family + [server] + ports)
                case .nmap:
                    for port in ports {
                        let words = ["nmap", "-Pn", "--host-timeout", "201", "--max-retries", "0", "-p", port]
                        _ = try site.client.run(words + family + [server])
                    }
                case .netcat: for port in ports { _ = try site.client.run("nc", "-w1", "-z", server, port) }
                }
            }
        }

        static let clients = KernelBackend.withEachFamily.flatMap { backend, address in
            Client.allCases.filter(\.isPossible).map { (backend, address, $0) }
        }

        /// The port answers now, and does not any more within seconds.
        private func expectOpening(_ site: Site, to client: String) async throws {
            #expect(try site.canConnect(from: client))
            try await site.waitFor("the port to close", within: 8, polling: .milliseconds(200)) {
                try !site.canConnect(from: client)
            }
        }

        @Test(arguments: clients)
        func whateverKnocksOpensForAWhile(backend: KernelBackend, client: String, program: Client) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.serve()
            try site.letTheKernelDo(Self.door("7000,8000,9000", openFor: 3, "seq_timeout = 10"), backend, for: client)
            #expect(try !site.canConnect(from: client), "nobody has knocked")
            try program.knock(site, from: client, ["7000", "8000", "9000"])
            let neighbour = client.contains(":") ? "fd00:198:18:1::3" : "198.18.1.3"
            #expect(try !site.canConnect(from: neighbour), "another address has not knocked")
            try await expectOpening(site, to: client)
        }

        /// One knock, three over both protocols, and as many as there may be, with ports that come twice.
        static let sequences = [
            "7000", "7000:udp", "7000:udp,8000:tcp,9000:udp", "7000,7000,8000,7000",
            (0..<32).map { "\(7000 + $0 * 97 % 32):\($0 % 3 == 0 ? "udp" : "tcp")" }.joined(separator: ","),
        ]

        @Test(arguments: KernelBackend.withEachFamily)
        func shortLongAndMixedSequencesOpen(backend: KernelBackend, client: String) async throws {
            for sequence in Self.sequences {
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try site.letTheKernelDo(Self.door(sequence), backend, for: client)
                let knocks = sequence.split(separator: ",").map(String.init)
                let server = Site.server(for: client)
                if knocks.count > 1 {
                    _ = try site.client.run([Host.knock, "-d", "10", server] + knocks.dropLast())
                    #expect(try !site.canConnect(from: client), "one is missing of \(sequence)")
                }
                _ = try site.client.run([Host.knock, "-d", "10", server] + knocks)
                try await expectOpening(site, to: client)
            }
        }

        /// The address that the rules see is the whole one, and its lists are its own.
        @Test(arguments: KernelBackend.possible)
        func eachEighthOfTheAddressesIsServed(backend: KernelBackend) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.serve()
            try site.letTheKernelDo(Self.door(openFor: 60), backend)
            for last in 2...9 { try site.knock(7000, 8000, 9000, from: "198.18.1.\(last)") }
            for last in 2...9 { #expect(try site.canConnect(from: "198.18.1.\(last)")) }
        }

        @Test(arguments: KernelBackend.possible)
        func aKnockWhileItIsOpenMakesItLast(backend: KernelBackend) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.serve()
            try site.letTheKernelDo(Self.door(openFor: 4), backend)
            for _ in 1...4 {
                try site.knock(7000, 8000, 9000)
                try await Task.sleep(for: .seconds(1.5))
            }
            // Six seconds after the first opening, one and a half after the last.
            try await expectOpening(site, to: Site.clientAddress)
        }

        @Test(arguments: KernelBackend.possible)
        func doorsAreJudgedEachForItself(backend: KernelBackend) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.serve()
            try await site.serve(port: 443)
            let web = Self.door("7000,8000,6000").replacingOccurrences(of: "dport 22", with: "dport 443")
            try site.letTheKernelDo(Self.door(openFor: 60) + web.replacingOccurrences(of: "[ssh]", with: "[web]"), backend)
            // Both advance together; then one is given up.
            try site.knock(7000, 8000, 6000)
            #expect(try site.canConnect(port: 443))
            #expect(try !site.canConnect(port: 22))
            try site.knock(7000, 8000, 9000, from: "198.18.1.3")
            #expect(try site.canConnect(from: "198.18.1.3", port: 22))
            #expect(try !site.canConnect(from: "198.18.1.3", port: 443))
        }

        @Test(arguments: KernelBackend.withEachFamily)
        func whatWasSavedLoadsAsTheSameRules(backend: KernelBackend, client: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.letTheKernelDo(Self.door() + Self.door("1,2:udp,3"), backend, for: client)
            let first = try site.server.run(backend.saving(for: client)).output
            let flush = backend == .nftables ? "flush ruleset\n" : ""
            try site.load(flush + first, backend, for: client)
            let second = try site.server.run(backend.saving(for: client)).output
            func bare(_ text: String) -> [Substring] { text.split(separator: "\n").filter { !$0.hasPrefix("#") } }
            #expect(bare(first).count > 50)
            #expect(bare(first) == bare(second))
            // And what is loaded a second time replaces itself.
            try site.letTheKernelDo(Self.door() + Self.door("1,2:udp,3"), backend, for: client)
            #expect(bare(try site.server.run(backend.saving(for: client)).output) == bare(first))
        }

        @Test(arguments: KernelBackend.withEachFamily)
        func theChainsAloneServeRulesThatAreThere(backend: KernelBackend, client: String) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.serve()
            let program = client.contains(":") ? "ip6tables" : "iptables"
            let own =
                backend == .nftables
                ? """
                table inet filter {
                    chain input {
                        type filter hook input priority 0; policy accept;
                        ct state established,related accept
                        meta l4proto ipv6-icmp accept
                    }
                }
                """
                : """
                *filter
                :INPUT ACCEPT [0:0]
                -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
                -A INPUT -p \(client.contains(":") ? "ipv6-icmp" : "icmp") -j ACCEPT
                COMMIT

                """
            try site.load(own, backend, for: client)
            let rules = try site.kernelRules(Self.door(), backend, for: client, ["--only-knocks"])
            // Twice, as after a change.
            for _ in 1...2 { try site.load(rules, backend, for: client, onTop: true) }
            for rule in [["knock"], ["DROP"]] {
                if backend == .nftables {
                    let verdict = rule == ["knock"] ? ["jump", "knock"] : ["drop"]
                    try Command.require(site.server.inside(["nft", "add", "rule", "inet", "filter", "input"] + verdict))
                } else {
                    let tool = backend.rawValue.replacingOccurrences(of: "iptables", with: program)
                    try Command.require(site.server.inside([tool, "-A", "INPUT", "-j"] + rule))
                }
            }
            #expect(try !site.canConnect(from: client))
            try site.knock(7000, 8000, 9000, from: client)
            try await expectOpening(site, to: client)
        }

        @Test func interfacesOfTheConfigurationCount() async throws {
            for backend in KernelBackend.possible {
                for (interface, opens) in [("ks0", true), ("other0", false)] {
                    let site = try Site()
                    defer { site.close() }
                    try await site.serve()
                    try site.letTheKernelDo("[options]\nInterface = \(interface)\n" + Self.door(), backend)
                    try site.knock(7000, 8000, 9000)
                    #expect(try site.canConnect() == opens)
                }
            }
        }
    }
}
