// Shows sequences that no daemon hears: the rules that knockctl prints open the port to whoever has knocked, and close it
// again by themselves, whatever client knocks; with iptables of both kinds and with nft.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S55SequencesInTheKernel {
        /// A door that the kernel can do.
        static func door(
            _ sequence: String = "7000,8000,9000", openFor seconds: Int = 60, port: Int = 22, _ more: String...
        ) -> String {
            DoorText.section(
                "to\(port)", sequence,
                [
                    "start_command = iptables -I INPUT -s %IP% -p tcp --dport \(port) -j ACCEPT",
                    "stop_command = iptables -D INPUT -s %IP% -p tcp --dport \(port) -j ACCEPT",
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

        /// Within seconds a client does not get through any more.
        private func expectClosing(_ site: Site, to client: String, _ ports: [Int] = [22]) async throws {
            try await site.waitFor("the ports to close", polling: .milliseconds(200)) {
                try site.open(among: ports.map { Site.Way(client, $0) }).isEmpty
            }
        }

        /// Each client has a door of its own, so that one wait is enough for all to close.
        @Test func whateverKnocksOpensForAWhile() async {
            await sideBySide(KernelBackend.withEachFamily) { backend, client in
                let site = try Site()
                defer { site.close() }
                let programs = Client.allCases.filter(\.isPossible)
                let doors = programs.indices.map { number in
                    Self.door(
                        "7\(number)00,6\(number)00,9\(number)00", openFor: 8, port: 20 + number, "seq_timeout = 10")
                }
                let ports = programs.indices.map { 20 + $0 }
                for port in ports { try await site.serve(port: port) }
                try site.letTheKernelDo(doors.joined(), backend, for: client)
                let neighbour = client.contains(":") ? "fd00:198:18:1::3" : "198.18.1.3"
                #expect(try site.open(among: ports.map { Site.Way(client, $0) }).isEmpty, "nobody has knocked")
                for (number, program) in programs.enumerated() {
                    try program.knock(site, from: client, ["7\(number)00", "6\(number)00", "9\(number)00"])
                    #expect(try site.canConnect(from: client, port: ports[number]), "\(program)")
                }
                #expect(try site.open(among: ports.map { Site.Way(neighbour, $0) }).isEmpty, "it has not knocked")
                try await expectClosing(site, to: client, ports)
            }
        }

        /// One knock, three over both protocols, one port that comes again, and as many knocks as there may be.
        static let sequences = [
            "1000", "2000:udp", "3000:udp,3001:tcp,3002:udp", "4000,4000,4001,4000",
            (0..<32).map { "\(5000 + $0 * 7 % 32):\($0 % 3 == 0 ? "udp" : "tcp")" }.joined(separator: ","),
        ]

        @Test func shortLongAndMixedSequencesOpen() async {
            await sideBySide(KernelBackend.withEachFamily) { backend, client in
                let site = try Site()
                defer { site.close() }
                let ports = Self.sequences.indices.map { 20 + $0 }
                for port in ports { try await site.serve(port: port) }
                let doors = zip(Self.sequences, ports).map { Self.door($0, openFor: 8, port: $1) }
                try site.letTheKernelDo(doors.joined(), backend, for: client)
                let server = Site.server(for: client)
                let knocks = Self.sequences.map { $0.split(separator: ",").map(String.init) }
                for knocks in knocks where knocks.count > 1 {
                    _ = try site.client.run([Host.knock, "-d", "5", server] + knocks.dropLast())
                }
                #expect(try site.open(among: ports.map { Site.Way(client, $0) }).isEmpty, "the last knock is missing")
                for (knocks, port) in zip(knocks, ports) {
                    _ = try site.client.run([Host.knock, "-d", "5", server] + knocks)
                    #expect(try site.canConnect(from: client, port: port), "\(knocks)")
                }
                try await expectClosing(site, to: client, ports)
            }
        }

        /// The address that the rules see is the whole one, and its lists are its own.
        @Test func eachEighthOfTheAddressesIsServed() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try site.letTheKernelDo(Self.door(openFor: 60), backend)
                for last in 2...9 { try site.knock(7000, 8000, 9000, from: "198.18.1.\(last)") }
                #expect(try site.open(among: (2...9).map { Site.Way("198.18.1.\($0)") }).count == 8)
            }
        }

        @Test func aKnockWhileItIsOpenMakesItLast() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try site.letTheKernelDo(Self.door(openFor: 4), backend)
                let knocks = [0, 2500, 5000].flatMap { start in [7000, 8000, 9000].map { (start, $0) } }
                try site.inject(knocks.enumerated().map { "\($1.0 + $0 % 3) " + site.frame($1.1) })
                #expect(try site.canConnect(), "longer after the first opening than it lasts")
                try await expectClosing(site, to: Site.clientAddress)
            }
        }

        @Test func doorsAreJudgedEachForItself() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try await site.serve(port: 443)
                try site.letTheKernelDo(
                    Self.door(openFor: 60) + Self.door("7000,8000,6000", openFor: 60, port: 443), backend)
                // Both advance together; then one is given up.
                try site.knock(7000, 8000, 6000, from: "198.18.1.2")
                try site.knock(7000, 8000, 9000, from: "198.18.1.3")
                let ways = ["198.18.1.2", "198.18.1.3"].flatMap { [Site.Way($0, 22), Site.Way($0, 443)] }
                #expect(try site.open(among: ways) == [Site.Way("198.18.1.2", 443), Site.Way("198.18.1.3", 22)])
            }
        }

        /// Its port, which is a knock of its own and of another door too, does not hide from them while it is open.
        @Test func aPortThatIsOpenIsStillAKnock() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try await site.serve(port: 443)
                try site.letTheKernelDo(
                    Self.door("7000,22,9000", openFor: 60) + Self.door("6000,22,5000", openFor: 60, port: 443), backend)
                try site.knock(7000, 22, 9000)
                #expect(try site.canConnect())
                try site.knock(6000, 22, 5000)
                #expect(try site.canConnect(port: 443))
            }
        }

        /// Who was let in once is not let in by other rules for the same door.
        @Test func otherRulesLetNobodyInAgain() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try await site.serve(port: 443)
                try site.letTheKernelDo(Self.door(openFor: 1), backend)
                try site.knock(7000, 8000, 9000)
                try await expectClosing(site, to: Site.clientAddress)
                try site.letTheKernelDo(Self.door(openFor: 60), backend)
                #expect(try !site.canConnect())
                try site.knock(7000, 8000, 9000)
                let other = Self.door(openFor: 60, port: 443).replacing("[to443]", with: "[to22]")
                try site.letTheKernelDo(other, backend)
                #expect(try !site.canConnect(port: 443))
            }
        }

        @Test func whatWasSavedLoadsAsTheSameRules() async {
            await sideBySide(KernelBackend.withEachFamily) { backend, client in
                let site = try Site()
                defer { site.close() }
                try site.letTheKernelDo(Self.door() + Self.door("1,2:udp,3"), backend, for: client)
                let first = try site.server.run(backend.saving(for: client)).output
                let flush = backend == .nftables ? "flush ruleset\n" : ""
                try site.load(flush + first, backend, for: client)
                let second = try site.server.run(backend.saving(for: client)).output
                /// Without comments, and without what was counted meanwhile.
                func bare(_ text: String) -> [Substring] {
                    text.split(separator: "\n").filter { !$0.hasPrefix("#") }
                        .map { $0.hasPrefix(":") ? $0.prefix { $0 != "[" } : $0 }
                }
                #expect(bare(first).count > 50)
                #expect(bare(first) == bare(second))
                // And what is loaded a second time replaces itself.
                try site.letTheKernelDo(Self.door() + Self.door("1,2:udp,3"), backend, for: client)
                #expect(bare(try site.server.run(backend.saving(for: client)).output) == bare(first))
            }
        }

        @Test func theChainsAloneServeRulesThatAreThere() async {
            await sideBySide(KernelBackend.withEachFamily) { backend, client in
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
                let rules = try site.kernelRules(Self.door(openFor: 4), backend, for: client, ["--only-knocks"])
                // Twice, as after a change.
                for _ in 1...2 { try site.load(rules, backend, for: client, onTop: true) }
                for rule in [["knock"], ["DROP"]] {
                    if backend == .nftables {
                        let verdict = rule == ["knock"] ? ["jump", "knock"] : ["drop"]
                        try Command.require(
                            site.server.inside(["nft", "add", "rule", "inet", "filter", "input"] + verdict))
                    } else {
                        let tool = backend.rawValue.replacingOccurrences(of: "iptables", with: program)
                        try Command.require(site.server.inside([tool, "-A", "INPUT", "-j"] + rule))
                    }
                }
                #expect(try !site.canConnect(from: client))
                try site.knock(7000, 8000, 9000, from: client)
                #expect(try site.canConnect(from: client))
                try await expectClosing(site, to: client)
            }
        }

        @Test func theFlagsOfTheDoorCount() async {
            await sideBySide(KernelBackend.possible) { backend in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                try site.letTheKernelDo(Self.door().replacing("tcpflags = syn", with: "tcpflags = fin,!ack"), backend)
                for (source, flags) in [
                    ("198.18.1.2", ["fin", "fin", "fin"]), ("198.18.1.3", ["fin", "fin,psh", "fin"]),
                    ("198.18.1.4", ["syn", "syn", "syn"]), ("198.18.1.5", ["fin", "fin,ack", "fin"]),
                ] {
                    let knocks = zip([7000, 8000, 9000], flags).enumerated()
                    try site.inject(knocks.map { "\($0) \(site.frame($1.0, from: source, "tcp \($1.1)"))" })
                }
                let ways = (2...5).map { Site.Way("198.18.1.\($0)") }
                #expect(try site.open(among: ways) == [Site.Way("198.18.1.2"), Site.Way("198.18.1.3")])
                // Those of another door are nobody's wrong knock.
                try site.letTheKernelDo(
                    Self.door(openFor: 60) + Self.door("6000,5000", port: 443, "tcpflags = rst,!syn"), backend)
                try site.inject(
                    ["7000 tcp syn", "8000 tcp syn", "8000 tcp rst", "9000 tcp syn"].enumerated()
                        .map { "\($0) 198.18.1.6 \(Site.serverAddress) \($1)" })
                #expect(try site.canConnect(from: "198.18.1.6"))
            }
        }

        /// Rules that a name could bring in would let in everybody, or be refused.
        @Test func aDoorsNameIsNothingButAName() async {
            await sideBySide(KernelBackend.withEachFamily) { backend, client in
                let site = try Site()
                defer { site.close() }
                try await site.serve()
                let names = [
                    "a -j ACCEPT", "b\\", "c\u{B}-A INPUT -j ACCEPT", "\"; flush ruleset; \"", "$(reboot)",
                    "a__j_ACCEPT",
                    "тест",
                    String(repeating: "x", count: 250),
                ]
                let doors = names.enumerated().map { number, name in
                    Self.door("7000,8000,\(9000 + number)").replacing("[to22]", with: "[\(name)]")
                }
                try site.letTheKernelDo(doors.joined(), backend, for: client)
                #expect(try !site.canConnect(from: client))
                try site.knock(7000, 8000, 9005, from: client)
                #expect(try site.canConnect(from: client))
            }
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
