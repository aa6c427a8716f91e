// Shows what one signed knock does: a single datagram opens a door beside a classic one, through a firewall that drops
// everything, for both families, and what is open closes by itself. The port that takes it looks like any closed one. The
// commands get to know who knocked, and for how long.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S45ASignedKnock {
        /// Both families' commands for a port.
        private static func rules(_ port: Int) -> String {
            ["start": "-I", "stop": "-D"].map { name, flag in
                let rule = "\(flag) INPUT -s %IP% -p tcp --dport \(port) -j ACCEPT"
                return "\(name)_command = iptables \(rule)\n\(name)_command_6 = ip6tables \(rule)"
            }.joined(separator: "\n") + "\ncmd_timeout = 8\n\n"
        }

        @Test func opensBesideAClassicDoorAndClosesByItself() async {
            await sideBySide([
                (Site.clientAddress, Site.serverAddress), (Site.clientAddress6, Site.serverAddress6),
            ]) { client, server in
                let site = try Site()
                defer { site.close() }
                try site.makeKeys("laptop")
                try site.dropIncoming()
                try await site.serve(port: 22)
                try await site.serve(port: 23)
                let doors = "[classic]\nsequence = 7000,8000,9000\n" + Self.rules(22) + "[signed]\nkeys = laptop\n"
                let daemon = try await site.start(Site.signedOptions() + doors + Self.rules(23))
                #expect(try !site.canConnect(from: client, port: 22))
                #expect(try !site.canConnect(from: client, port: 23))

                // Through the client's own network stack, as any program would send it.
                let program = "\(Host.root)/Tests/Interop/signed_knock.py"
                try site.client.require(
                    "python3", "-B", program, "send", "\(site.scratch)/client/laptop.key", "signed", server)
                try site.knock(7000, 8000, 9000, from: client)
                try await site.waitFor("both rules") { try site.rules(for: client).count == 2 }
                #expect(try site.canConnect(from: client, port: 22))
                #expect(try site.canConnect(from: client, port: 23))
                try await site.waitFor("both rules to go") { try site.rules(for: client).isEmpty }
                #expect(try !site.canConnect(from: client, port: 22))
                #expect(try !site.canConnect(from: client, port: 23))

                let said = daemon.output.lines(containing: "\(client): signed: ").map(String.init)
                let line = "\(client): signed: signed knock from laptop (generation 1)"
                #expect(Array(said.prefix(2)) == [line, "\(client): signed: OPEN SESAME"])
                #expect(site.openings.sorted() == ["classic \(client)", "signed \(client)"])
                #expect(daemon.errors == "")
            }
        }

        @Test func theSignedPortLooksLikeAnyClosedOne() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions() + DoorText.signed("door"))
            // The kernel tells one sender so often only that a port is closed.
            try site.server.require("sysctl", "-qw", "net.ipv4.icmp_ratelimit=0", "net.ipv6.icmp.ratelimit=0")
            let ports = [Site.signedPort, Site.signedPort + 1]
            for target in [Site.serverAddress, Site.serverAddress6] {
                let family = target.contains(":") ? ["-6"] : []
                let scan = ["nmap", "-n", "-Pn", "-sU", "-p", "\(ports[0]),\(ports[1])"] + family + [target]
                let seen = try site.client.run(scan).output
                for port in ports { #expect(seen.contains("\(port)/udp closed"), "\(seen)") }
            }
            // A good knock is answered like a datagram to the port beside it.
            let knock = try site.sign("door")
            let ask = """
                import socket, sys
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5)
                s.connect((sys.argv[1], int(sys.argv[2])))
                # The kernel tells no more than a thousand times a second that a port is closed.
                for _ in range(6):
                    try: s.send(bytes.fromhex(sys.argv[3])); s.recv(1)
                    except TimeoutError: continue
                    except OSError as error: print(type(error).__name__); break
                """
            for port in ports {
                let answer = try site.client.require("python3", "-c", ask, Site.serverAddress, "\(port)", knock)
                #expect(answer == "ConnectionRefusedError\n")
            }
            try await site.waitFor("the door") { site.events == ["start door 198.18.1.2"] }
            for list in ["udp", "udp6"] { #expect(try open(list, in: site) == 0, "\(list)") }
            #expect(daemon.errors == "")
        }

        /// How many sockets the server's kernel lists.
        private func open(_ list: String, in site: Site) throws -> Int {
            try site.server.require("cat", "/proc/net/\(list)").split(separator: "\n").count - 1
        }

        @Test func commandsGetToKnowWhoKnockedAndForHowLong() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let tokens = "%IP% %KEY% %DOOR% %SECONDS%"
            let variables = "$KNOCK_ADDRESS $KNOCK_KEY $KNOCK_DOOR $KNOCK_SECONDS"
            try await site.start(
                Site.signedOptions() + """
                    [door]
                    keys = *
                    sequence = 7000,8000
                    start_command = echo "$(date +%s.%N) start \(tokens) / \(variables)" >> @DIR@/events
                    stop_command = echo "$(date +%s.%N) stop \(tokens) / \(variables)" >> @DIR@/events
                    cmd_timeout = 4
                    max_seconds = 8

                    """)
            let cases: [(source: String, asked: String, granted: Int)] = [
                ("198.18.1.2", "0", 4), ("198.18.1.3", "1", 1), ("198.18.1.4", "100", 8),
                (Site.clientAddress6, "4294967295", 8),
            ]
            for (source, asked, _) in cases { try site.knockSigned("door", from: source, "seconds=\(asked)") }
            try site.knock(7000, 8000, from: "198.18.1.9")
            try await site.waitFor("all stops") { site.events.count == 10 }
            for (source, _, granted) in cases {
                let words = "\(source) laptop door \(granted)"
                try expect(site, "\(words) / \(words)", openFor: Double(granted))
            }
            try expect(site, "198.18.1.9  door 4 / 198.18.1.9  door 4", openFor: 4)
        }

        private func expect(_ site: Site, _ words: String, openFor seconds: Double) throws {
            let start = try #require(site.timedEvents.first { $0.what == "start \(words)" }, "\(site.events)")
            let stop = try #require(site.timedEvents.first { $0.what == "stop \(words)" }, "\(site.events)")
            let length = stop.seconds - start.seconds
            #expect((seconds - 0.2..<seconds + Site.slack).contains(length), "\(words): open for \(length) s")
        }
    }
}
