// Shows that nobody needs our client: Debian's knock, nmap once per port, a bash loop around it and nc open the door.
import Testing

extension EndToEnd {
    @Suite struct S19ForeignClients {
        static let ports = ["7000", "8000", "9000"]
        /// The loop as it stands on many a laptop: the host first, then the ports.
        static let script = """
            #!/bin/bash
            HOST=$1
            shift
            for x in "$@"; do
                nmap -Pn --host-timeout 201 --max-retries 0 -p $x $HOST
            done

            """

        @Test(.enabled(if: Host.hasDebianKnock, "no Debian knock at POSTERN_DEBIAN_KNOCK"))
        func debiansKnockOpens() async throws {
            try await expectOpening { site in
                _ = try site.client.run([Host.debianKnock, Site.serverAddress] + Self.ports)
            }
        }

        @Test(.enabled(if: Host.hasDebianKnock, "no Debian knock at POSTERN_DEBIAN_KNOCK"))
        func debiansKnockOpensOverIPv6() async throws {
            try await expectOpening(for: Site.clientAddress6) { site in
                _ = try site.client.run([Host.debianKnock, "-6", "-d", "20", Site.serverAddress6] + Self.ports)
            }
        }

        @Test func nmapOncePerPortOpens() async throws {
            try await expectOpening { site in
                for port in Self.ports {
                    let words = ["nmap", "-Pn", "--host-timeout", "201", "--max-retries", "0", "-p", port]
                    _ = try site.client.run(words + [Site.serverAddress])
                }
            }
        }

        @Test func bashLoopOverItsArgumentsOpens() async throws {
            try await expectOpening { site in
                try site.write("knock.sh", Self.script)
                let words = ["bash", "\(site.scratch)/knock.sh", Site.serverAddress]
                _ = try site.client.run(words + Self.ports)
            }
        }

        @Test func netcatOpens() async throws {
            try await expectOpening { site in
                for port in Self.ports { _ = try site.client.run("nc", "-w1", "-z", Site.serverAddress, port) }
            }
        }

        private func expectOpening(
            for source: String = Site.clientAddress, by knocking: (Site) throws -> Void
        ) async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            try await site.serve()
            let door = DoorText.firewall(
                "door", "7000,8000,9000", timeout: 20, "seq_timeout = 15", "tcpflags = syn",
                "start_command_6 = ip6tables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                "stop_command_6 = ip6tables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT")
            try await site.start(door)
            try knocking(site)
            try await site.waitFor("the door's rule") { try !site.rules(for: source).isEmpty }
            #expect(try site.canConnect(from: source))
        }
    }
}
