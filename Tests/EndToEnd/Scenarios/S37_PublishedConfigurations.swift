// Shows that Debian's configuration, and ten of the kind that people publish, do what they do with knockd: on the same
// packets the same commands are run. Debian's knockd runs beside ours where it is at hand; both must run what is
// written here. The programs that the commands name are stubs that note their arguments.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S37PublishedConfigurations {
        /// One configuration, what is sent, and what is to be run.
        struct Published: CustomTestStringConvertible {
            let name: String
            /// Knocks that open a door, from 198.18.1.2, 198.18.1.3 … or their IPv6 counterparts.
            let knocks: [Knocks]
            /// The lines of the stubs, in no order.
            let runs: [String]
            var testDescription: String { name }
        }

        struct Knocks {
            let ports: String
            /// What the door wants of segments; nil if it takes every one.
            var flags: String? = "syn"
            var isIPv6 = false
            var target: String?

            /// As frames: `7000 tcp syn`.
            var frames: [String] {
                ports.split(separator: ",").map { port in
                    port.hasSuffix("u") ? "\(port.dropLast()) udp -" : "\(port) tcp \(flags ?? "syn")"
                }
            }

            /// The same ports by the other protocol, or by segments that the door does not want.
            var otherFrames: [String] {
                let segment = flags == nil ? "udp -" : "tcp ack"
                return frames.map {
                    $0.hasSuffix("udp -") ? "\($0.dropLast(5))tcp syn" : "\($0.prefix { $0 != " " }) \(segment)"
                }
            }
        }

        static let all = [
            Published(
                name: "debian",
                knocks: [
                    Knocks(ports: "7000,8000,9000"), Knocks(ports: "9000,8000,7000"),
                    Knocks(ports: "12345,54321,24680,13579"),
                ],
                runs: [
                    "/sbin/iptables -A INPUT -s 198.18.1.2 -p tcp --dport 22 -j ACCEPT",
                    "/sbin/iptables -D INPUT -s 198.18.1.3 -p tcp --dport 22 -j ACCEPT",
                    "/usr/local/sbin/knock_add -i -c INPUT -p tcp -d 443 -f 198.18.1.4",
                ]),
            Published(
                name: "ssh", knocks: [Knocks(ports: "5438,3428,3280,4479")],
                runs: ["-I INPUT 1", "-D INPUT"].map {
                    "/sbin/iptables \($0) -s 198.18.1.2 -p tcp --dport 22 -m conntrack --ctstate NEW -j ACCEPT"
                }),
            Published(
                name: "https",
                knocks: [Knocks(ports: "12001,11002,13003"), Knocks(ports: "12001,11002,13003", isIPv6: true)],
                runs: [("iptables", "198.18.1.2"), ("ip6tables", "fd00:198:18:1::3")].flatMap { tool, source in
                    ["A", "D"].map {
                        "/sbin/\(tool) -\($0) KNOCKED -s \(source) -p tcp -m multiport --dports 443,8443 -j ACCEPT"
                    }
                }),
            Published(
                name: "wake-on-lan", knocks: [Knocks(ports: "9020,9010,9030", target: "203.0.113.9")],
                runs: ["/usr/bin/sudo -u wol /usr/local/bin/wake-nas.sh 00:00:5e:00:53:01 198.18.1.2"]),
            Published(
                name: "game-server",
                knocks: [Knocks(ports: "25010u,25030,25020u", flags: nil), Knocks(ports: "25030,25010u", flags: nil)],
                runs: ["/usr/bin/systemctl start minecraft"]
                    + [("198.18.1.2", 25565), ("198.18.1.3", 25575)].flatMap { source, port in
                        ["I", "D"].map {
                            "/usr/sbin/iptables -\($0) INPUT -p tcp -s \(source) --dport \(port) -j ACCEPT"
                        }
                    }),
            Published(
                name: "ufw", knocks: [Knocks(ports: "4002,3001,5003")],
                runs: [
                    "/usr/sbin/ufw insert 1 allow from 198.18.1.2 to any port 22 proto tcp comment 'knock # 198.18.1.2'",
                    "/usr/sbin/ufw delete allow from 198.18.1.2 to any port 22 proto tcp",
                ]),
            Published(
                name: "firewalld",
                knocks: [Knocks(ports: "31415,27182,16180"), Knocks(ports: "31415,27182,16180", isIPv6: true)],
                runs: [("ipv4", "198.18.1.2"), ("ipv6", "fd00:198:18:1::3")].flatMap { family, source in
                    ["add", "remove"].map {
                        "/usr/bin/firewall-cmd --zone=public '--\($0)-rich-rule="
                            + "rule family=\"\(family)\" source address=\"\(source)\" service name=\"ssh\" accept'"
                    }
                }),
            Published(
                name: "several-doors",
                knocks: [
                    Knocks(ports: "2222u,3333,1111u"), Knocks(ports: "6033,3306,9999"),
                    Knocks(ports: "6034,3307,9998", flags: nil, isIPv6: true, target: "2001:db8::5"),
                    Knocks(ports: "911u"),
                ],
                runs: [
                    "/usr/sbin/nft add element inet filter ssh_allowed '{ 198.18.1.2 timeout 30s }'",
                    "/usr/sbin/nft add element inet filter mysql_allowed '{ 198.18.1.3 }'",
                    "/usr/sbin/nft delete element inet filter mysql_allowed '{ 198.18.1.3 }'",
                    "/usr/local/bin/open-mysql6 fd00:198:18:1::4", "/sbin/shutdown -h now",
                ]),
            Published(
                name: "one-time", knocks: [Knocks(ports: "7101,9105u,8103", flags: "fin")],
                runs: ["A", "D"].map {
                    "/usr/sbin/iptables -\($0) INPUT -s 198.18.1.2 -p tcp --dport 25 -j ACCEPT"
                }),
            Published(
                name: "udp", knocks: [Knocks(ports: "40003u,40001u,40002u")],
                runs: ["/usr/local/bin/allow-wireguard 198.18.1.2"]),
            Published(
                name: "close-sequence", knocks: [Knocks(ports: "1580,1700,1350"), Knocks(ports: "1350,1700,1580")],
                runs: [
                    "/usr/bin/sudo /sbin/iptables -I INPUT -s 198.18.1.2 -j ACCEPT",
                    "/usr/bin/logger 'opened for 198.18.1.2'",
                    // Until there is no such rule.
                    "/sbin/iptables -D INPUT -s 198.18.1.3 -j ACCEPT",
                    "/sbin/iptables -D INPUT -s 198.18.1.3 -j ACCEPT",
                ]),
        ]

        /// Notes how it was called; the second time the same does not succeed any more.
        static let stub = """
            #!/bin/sh
            line=$0
            for word do
                case $word in *' '*) line="$line '$word'" ;; *) line="$line $word" ;; esac
            done
            grep -qxF -e "$line" '@DIR@/events' && status=1
            echo "$line" >> '@DIR@/events'
            exit ${status:-0}

            """

        static let stubs = [
            "/usr/sbin": ["iptables", "ip6tables", "nft", "ufw", "shutdown"],
            "/usr/bin": ["firewall-cmd", "logger", "sudo", "systemctl"],
            "/usr/local/sbin": ["knock_add"], "/usr/local/bin": ["allow-wireguard", "fence", "open-mysql6"],
        ]

        /// Lays stubs over the machine's programs: a folder of them alone, but for /usr/bin, where the others stay.
        static var surroundings: String {
            let others =
                "mount --bind /usr/bin '@DIR@/bin' && mount -t tmpfs tmpfs /usr/bin && "
                + "'@DIR@/bin/ln' -s '@DIR@'/bin/* /usr/bin/"
            let folders = stubs.keys.filter { $0 != "/usr/bin" }.map { "mount -t tmpfs tmpfs \($0)" }
            let links = stubs.sorted { $0.key < $1.key }.flatMap { folder, names in
                names.map { "ln -sf '@DIR@/stub' \(folder)/\($0)" }
            }
            // Were they two folders, a command would find the machine's own program.
            let isMerged = "test /sbin -ef /usr/sbin && test /bin -ef /usr/bin"
            return ([isMerged, "mkdir -p '@DIR@/bin' '@DIR@/varlog/knockd'", others] + folders + links)
                .joined(separator: " && ")
        }

        /// The file, but that doors close after a second and a fence stands behind them.
        private func text(of published: Published) throws -> String {
            let debians = Host.root + "/.build/peers/etc/knockd.conf"
            let path =
                published.name == "debian" && FileManager.default.fileExists(atPath: debians)
                ? debians : Host.root + "/Tests/ConfigurationTests/Published/\(published.name).conf"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return text.replacing(#/(?i)(cmd_timeout\s*=\s*)\d+/#) { "\($0.1)1" }
                + "\n[fence]\nsequence = 64999\ncommand = /usr/local/bin/fence\n"
        }

        /// What opens, then what does not, each from a source of its own, then a knock at the fence.
        private func lines(_ published: Published) -> [String] {
            var lines: [String] = []
            var sources = 1
            func send(_ frames: [String], _ knocks: Knocks) {
                sources += 1
                let source = knocks.isIPv6 ? "fd00:198:18:1::\(sources)" : "198.18.1.\(sources)"
                let target = knocks.target ?? (knocks.isIPv6 ? Site.serverAddress6 : Site.serverAddress)
                for frame in frames { lines.append("\(5 * lines.count) \(source) \(target) \(frame)") }
            }
            for knocks in published.knocks { send(knocks.frames, knocks) }
            for knocks in published.knocks where knocks.frames.count > 1 {
                send([knocks.frames[knocks.frames.count - 1]] + knocks.frames.dropLast(), knocks)
                send(knocks.otherFrames, knocks)
            }
            return lines + ["\(5 * lines.count) 198.18.1.99 \(Site.serverAddress) 64999 tcp syn"]
        }

        /// Starts a daemon with the configuration, and sends all packets.
        private func begin(_ published: Published, _ program: String, at site: Site) async throws -> Daemon {
            try site.write("knockd.conf", try text(of: published))
            try site.write("events", "")
            if published.name == "one-time" {
                let path = Host.root + "/Tests/ConfigurationTests/Published/one-time.ots"
                try site.write("one-time.ots", try String(contentsOfFile: path, encoding: .utf8))
            }
            let daemon = try site.launch(preparing: Self.surroundings, program: program)
            try await site.waitFor("the daemon to listen") { daemon.output.contains("listening on") }
            // Debian's knockd says so a moment before it does; then it waits for packets.
            try await site.waitFor("the daemon to be at rest") { daemon.this.isAtRest(since: 0) }
            try site.inject(lines(published))
            return daemon
        }

        /// Expects that a daemon runs what is written, and nothing else.
        private func expectRuns(of published: Published, by daemon: Daemon, at site: Site) async throws {
            let expected = (published.runs + ["/usr/local/bin/fence"]).sorted()
            try? await site.waitFor("the commands") { recorded(site).count >= expected.count }
            #expect(recorded(site) == expected, "\(published.name)\n\(daemon.log)")
            if published.name == "one-time" {
                #expect(site.read("one-time.ots") == "#7101,9105:udp,8103\n 9201,7203\n")
            }
            daemon.end()
        }

        private func recorded(_ site: Site) -> [String] {
            site.read("events").split(separator: "\n").map(String.init).sorted()
        }

        @Test func theSameCommandsAreRunAsWithKnockd() async throws {
            let ours = try Site()
            let theirs = try Site()
            defer {
                ours.close()
                theirs.close()
            }
            for site in [ours, theirs] {
                try site.write("stub", Self.stub)
                try Command.require(["chmod", "755", "\(site.scratch)/stub"])
            }
            for published in Self.all {
                let daemon = try await begin(published, Host.knockd, at: ours)
                if Host.hasDebianKnockd {
                    let debians = try await begin(published, Host.debianKnockd, at: theirs)
                    try await expectRuns(of: published, by: debians, at: theirs)
                }
                try await expectRuns(of: published, by: daemon, at: ours)
            }
        }
    }
}
