// Shows that without a named interface each that has a default route is heard: a VPN that brings a better one takes no
// knock away; and that leaving an interface, and one without an address, are lines in the log.
import Events
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S90DefaultRoutes {
        private let door = DoorText.recording("door", "7000,8000", timeout: 60)

        @Test func aBetterDefaultRouteLeavesNobodyOutside() async throws {
            let site = try Site()
            defer { site.close() }
            let ip = { (words: String) -> Void in
                try Command.require(["ip", "-n", site.server.name] + words.split(separator: " ").map(String.init))
            }
            try ip("route add default via 198.18.1.2 metric 100")
            let daemon = try await site.start(door, interface: [])
            #expect(daemon.output.contains("listening on ks0..."))
            // A tunnel comes up, as a VPN's does.
            try ip("link add tun0 type veth peer name tun1")
            try ip("link set tun0 up")
            try ip("addr add 198.18.9.1/24 dev tun0")
            try ip("route add default dev tun0 metric 50")
            try await site.waitForLog("listening on tun0...")
            try site.knock(7000, 8000)
            try await site.waitFor("a knock at the first one") { !site.events.isEmpty }
            #expect(!daemon.output.contains(LogWords.interfaceLeft))
            // It goes, and is not waited for.
            try ip("link del tun0")
            try await site.waitForLog(
                "interface tun0 has no default route any more, not listening on it; -i tun0 keeps it")
            try site.knock(7000, 8000, from: "198.18.1.3")
            try await site.waitFor("a knock after it") { site.events.last == "start door 198.18.1.3" }
            #expect(!daemon.output.containsAny(of: LogWords.interfaceAwaited), "\(daemon.log)")
        }

        /// One is told where to listen, the other goes by the routes. A knock at the interface of the first opens once, though a
        /// default route leads there now.
        @Test func aRouteLeadsToNoInterfaceOfAnotherDaemon() async throws {
            let site = try Site()
            defer { site.close() }
            for words in [
                "link add ks9 type veth peer name ks8", "link set ks9 up", "link set ks8 up",
                "addr add 198.18.9.1/24 dev ks9", "route add default via 198.18.1.2 dev ks0",
            ] { try Command.require(["ip", "-n", site.server.name] + words.split(separator: " ").map(String.init)) }
            let named = try await site.start(door, interface: ["-i", "ks9"])
            let other = try site.launch(interface: [])
            try await site.waitFor("the other one to listen") {
                other.output.contains("listening on ks0...")
            }
            try site.server.require("ip", "route", "replace", "default", "via", "198.18.9.2", "dev", "ks9")
            // Another route, which it does follow, comes after that one.
            try site.server.require("ip", "link", "add", "ks7", "type", "veth", "peer", "name", "ks6")
            try site.server.require("ip", "link", "set", "ks7", "up")
            try site.server.require("ip", "route", "add", "default", "dev", "ks7", "metric", "9")
            try await site.waitFor("it to follow") { other.output.contains("listening on ks7...") }
            #expect(other.output.lines(containing: "listening on ").allSatisfy { !$0.contains("ks9") }, "\(other.log)")
            // It takes the interface when the first has ended.
            named.signal(SIGTERM)
            try await site.waitFor("its turn") { other.output.contains("listening on ks9...") }
        }

        @Test func theWaysOfBothFamiliesAreHeard() async throws {
            let site = try Site()
            defer { site.close() }
            for words in [
                ["link", "add", "six0", "type", "veth", "peer", "name", "six1"], ["link", "set", "six0", "up"],
                ["addr", "add", "fd00:198:18:9::1/64", "dev", "six0", "nodad"],
                ["route", "add", "default", "via", "198.18.1.2"],
                ["-6", "route", "add", "default", "dev", "six0"],
            ] { try Command.require(["ip", "-n", site.server.name] + words) }
            let daemon = try await site.start(door, interface: [])
            #expect(daemon.output.contains("listening on ks0, six0..."), "\(daemon.log)")
        }

        @Test func anInterfaceWithoutAnAddressIsToldOf() async throws {
            let site = try Site()
            defer { site.close() }
            for words in [
                ["link", "add", "ks9", "type", "veth", "peer", "name", "ks8"], ["link", "set", "ks9", "up"],
            ] {
                try Command.require(["ip", "-n", site.server.name] + words)
            }
            let daemon = try await site.start(door, interface: ["-i", "ks0,ks9"])
            try await site.waitForLog("interface ks9 has no address: only doors with a target")
            try site.server.require("ip", "addr", "add", "198.18.9.1/24", "dev", "ks9")
            try await site.waitForLog("interface ks9 has an address")
            try site.server.require("ip", "addr", "flush", "dev", "ks9")
            try await site.waitFor("the line again") {
                daemon.output.lines(containing: "interface ks9 has no address").count == 2
            }
            #expect(
                !daemon.output.containsAny(
                    of: [true, false].compactMap { EventLine(.interface(.hasAddress("ks0", $0))).log }))
        }
    }
}
