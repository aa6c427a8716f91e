// Shows what only our client can: segments with flags of one's choice, the port and the interface they leave from, and
// sequences that are used once.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S30TheClientsOwnOptions {
        @Test(arguments: [
            (Site.serverAddress, Site.clientAddress), (Site.serverAddress6, Site.clientAddress6),
        ])
        func flagsOpenADoorThatOrdinaryClientsCannot(server: String, client: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            try await site.start(
                DoorText.recording("odd", "7000,8000:udp,9000", timeout: 30, "tcpflags = fin,psh,!syn")
                    + DoorText.recording("plain", "7001,8001", timeout: 30, "tcpflags = syn"))
            // A control: the plain door opens, so that these packets were seen, and the odd one does not.
            try expectSent(site, ["-d", "20", server, "7000", "8000:udp", "9000", "7001", "8001"])
            try await site.waitFor("the plain door") { site.events == ["start plain \(client)"] }
            try expectSent(site, ["-d", "20", "--flags", "fin,psh", server, "7000", "8000:udp", "9000"])
            try await site.waitFor("the odd door") { site.events.last == "start odd \(client)" }
        }

        @Test(arguments: [Site.serverAddress, Site.serverAddress6])
        func theSegmentHasItsFlagsItsPortAndAGoodChecksum(server: String) async throws {
            let site = try Site()
            defer { site.close() }
            let tool = server.contains(":") ? "ip6tables" : "iptables"
            let match = ["-p", "tcp", "--sport", "4444", "--dport", "7000", "--tcp-flags", "ALL", "FIN,PSH,URG"]
            #expect(try site.server.run([tool, "-A", "INPUT"] + match).succeeded)
            // The kernel refuses a connection only after it has looked at the checksum.
            let refusal = ["-p", "tcp", "--sport", "7000", "--dport", "4444", "--tcp-flags", "RST", "RST"]
            #expect(try site.server.run([tool, "-A", "OUTPUT"] + refusal).succeeded)
            try expectSent(site, ["-f", "fin,psh,urg", "-s", "4444", server, "7000"])
            try await expectPackets(1, site, tool, "INPUT")
            try await expectPackets(1, site, tool, "OUTPUT")
        }

        @Test(arguments: [Site.serverAddress, Site.serverAddress6])
        func everyKnockLeavesFromTheSourcePort(server: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            let tool = server.contains(":") ? "ip6tables" : "iptables"
            for kind in ["tcp", "udp"] {
                try site.server.require(tool, "-I", "INPUT", "-p", kind, "--sport", "5555", "-j", "DROP")
            }
            try expectSent(site, ["-s", "5555", server, "7000", "8000:udp", "9000"])
            try await expectPackets(2, site, tool, "INPUT", "tcp")
            try await expectPackets(1, site, tool, "INPUT", "udp")
        }

        @Test func theInterfaceCountsBeforeTheRoutes() async throws {
            let site = try Site()
            defer { site.close() }
            try Command.require(
                ["ip", "-n", site.server.name, "link", "add", "ks1", "type", "veth", "peer", "name", "kc1"]
                    + ["netns", site.client.name])
            try site.server.configure("ks1", addresses: ["198.18.2.1/24"])
            try site.client.configure("kc1", addresses: ["198.18.2.2/24"])
            try site.server.require("iptables", "-A", "INPUT", "-i", "ks1", "-s", "198.18.2.2", "-j", "DROP")
            try expectSent(site, ["-i", "kc1", Site.serverAddress, "7000", "8000:udp"])
            try await expectPackets(2, site, "iptables", "INPUT")
            try expectSent(site, ["-i", "kc1", "--flags", "syn", Site.serverAddress, "7000"])
            try await expectPackets(3, site, "iptables", "INPUT")
        }

        @Test(arguments: [
            (["-i", "nope0"], "no such interface"), (["--flags", "fin"], "CAP_NET_RAW"), (["-s", "80"], "above 1023"),
        ])
        func whatIsNotPossibleSendsNothing(option: [String], words: String) throws {
            let site = try Site()
            defer { site.close() }
            try site.server.require("iptables", "-A", "INPUT", "-s", Site.clientAddress, "-j", "DROP")
            let nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
            let words6 = option + [Site.serverAddress, "8000:udp", "7000"]
            let program = "\(site.scratch)/knock"
            // The folder of the build may be closed to others.
            try Command.require(["install", "-m", "755", Host.knock, program])
            try Command.require(["chmod", "755", site.scratch])
            let result = try site.client.run(nobody + [program] + words6)
            #expect(result.status == 3)
            #expect(result.errors.contains(words), "\(result)")
            #expect(result.errors.lines(containing: "nothing was sent").count == 1)
            #expect(try packets(site, "iptables", "INPUT") == 0)
        }

        @Test func aLineOfAOneTimeFileIsUsedOnceAndInOrder() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("once", "# ours\n 7000,8000:udp\n\n7001,8001\n")
            let words = ["--one-time", "\(site.scratch)/once", "-v", Site.serverAddress]
            let first = try site.client.run([Host.knock] + words)
            #expect(first.status == 0, "\(first)")
            #expect(first.output == "hitting tcp 198.18.1.1:7000\nhitting udp 198.18.1.1:8000\n")
            #expect(first.errors.isEmpty)
            #expect(site.read("once") == "# ours\n#7000,8000:udp\n\n7001,8001\n")
            let second = try site.client.run([Host.knock] + words)
            #expect(second.status == 0, "\(second)")
            #expect(second.output.hasPrefix("hitting tcp 198.18.1.1:7001\n"))
            #expect(second.errors.contains("last line"))
            let third = try site.client.run([Host.knock] + words)
            #expect(third.status == 4)
            #expect(third.output.isEmpty)
            #expect(third.errors.contains("every line is used"))
        }

        @Test(arguments: [
            (["198.18.1.1"], "7000,8000\n7001,x\n", 4, "once:2:6: "),
            // A way that is not there: nobody can have seen the line.
            (["203.0.113.1"], "7000,8000\n", 3, "Network is unreachable"),
            (["-i", "nope0", "198.18.1.1"], "7000,8000\n", 3, "no such interface"),
            (["no.such.host.invalid"], "7000,8000\n", 2, "cannot find host"),
        ])
        func aLineThatCannotBeSentIsNotUsed(words: [String], text: String, status: Int32, say: String) throws {
            let site = try Site()
            defer { site.close() }
            try site.write("once", text)
            let result = try site.client.run([Host.knock, "-vo", "\(site.scratch)/once"] + words)
            #expect(result.status == status, "\(result)")
            #expect(result.errors.contains(say), "\(result)")
            #expect(result.output.isEmpty)
            #expect(site.read("once") == text)
        }

        @Test func aLineThatCannotBeMarkedIsNotSent() throws {
            let site = try Site()
            defer { site.close() }
            try FileManager.default.createDirectory(atPath: "\(site.scratch)/ro", withIntermediateDirectories: true)
            try site.write("ro/once", "7000,8000\n")
            // Root writes past permissions, but not past a mount.
            let script = "mount --make-rprivate / && mount --bind $0 $0 && mount -o remount,bind,ro $0 && exec \"$@\""
            let file = "\(site.scratch)/ro/once"
            let words = ["sh", "-c", script, "\(site.scratch)/ro", Host.knock, "-vo", file, Site.serverAddress]
            let result = try site.client.run(words)
            #expect(result.status == 4, "\(result)")
            #expect(result.output.isEmpty)
            #expect(result.errors.contains("Read-only file system"), "\(result)")
        }

        private func expectSent(_ site: Site, _ words: [String]) throws {
            let result = try site.client.run([Host.knock] + words)
            #expect(result.status == 0, "\(result)")
        }

        /// Waits until so many have come, and expects no more.
        private func expectPackets(
            _ count: Int, _ site: Site, _ tool: String, _ chain: String, _ kind: String = ""
        ) async throws {
            try await site.waitFor("\(count) packets in \(chain)") {
                try (packets(site, tool, chain, kind) ?? 0) >= count
            }
            #expect(try packets(site, tool, chain, kind) == count)
        }

        /// What the first rule of a chain, or its rule for a protocol, has counted.
        private func packets(_ site: Site, _ tool: String, _ chain: String, _ kind: String = "") throws -> Int? {
            let rules = try site.server.require(tool, "-nvxL", chain).split(separator: "\n").dropFirst(2)
            let rule = rules.first { $0.contains(" \(kind)") }
            return rule?.split(separator: " ").first.flatMap { Int($0) }
        }
    }
}
