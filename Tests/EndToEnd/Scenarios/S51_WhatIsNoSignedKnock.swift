// Shows what does not pass for a signed knock on the wire: other lengths, fragments, lying headers, another VLAN, another
// port. And where a good one is heard: at any interface, at several, at a bridge and its port, at loopback; it opens once.
import Testing

extension EndToEnd {
    @Suite struct S51WhatIsNoSignedKnock {
        private static let configuration = Site.signedOptions() + DoorText.signed("door", timeout: 60)

        /// One that is good, sent after what was not: what came before has been judged when it opens.
        private func passFence(_ site: Site) async throws {
            try site.knockSigned("door", from: "198.18.1.9")
            try await site.waitFor("the good knock") { site.openings.last == "door 198.18.1.9" }
        }

        @Test func framesThatAreNoSignedKnocksOpenNothing() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration)
            let knock = try site.sign("door")
            let (short, long) = (String(knock.dropLast(2)), knock + "00")
            var frames = [short, long, String(knock.prefix(2)), String(repeating: knock, count: 8)].flatMap { bytes in
                ["198.18.1.3", "fd00:198:18:1::3"].map { site.signedFrame(bytes, from: $0) }
            }
            for extras in [
                "fragoff=8192", "fragoff=1", "fragoff=8193", "udplen=127", "udplen=129", "udplen=8", "udplen=0",
                "udplen=65535", "vlan=5", "vlan=5 outer=88a8:5", "trunc=127", "trunc=20",
            ] {
                frames.append(site.signedFrame(knock, from: "198.18.1.4", extras))
            }
            for extras in [
                "ext=frag fragoff=1", "ext=frag fragoff=8", "ext=frag fragoff=0", "ext=hbh", "ext=dst", "udplen=127",
                "udplen=129", "udplen=0", "vlan=5", "trunc=127",
            ] {
                frames.append(site.signedFrame(knock, from: "fd00:198:18:1::4", extras))
            }
            for port in [Site.signedPort - 1, Site.signedPort + 1, 53] {
                frames.append(site.frame(port, from: "198.18.1.5", "udp -", "data=\(knock)"))
            }
            frames.append(site.frame(Site.signedPort, from: "198.18.1.5", "tcp syn", "data=\(knock)"))
            frames.append(site.signedFrame(knock, from: "::ffff:198.18.1.6"))
            // One long enough to be it, of which the header tells the right length.
            frames.append(site.signedFrame(knock + "0000", from: "198.18.1.7", "udplen=130"))
            try site.inject(frames.map { "0 " + $0 })
            try await passFence(site)
            #expect(site.openings == ["door 198.18.1.9"], "\(daemon.log)")
            #expect(!daemon.output.containsAny(of: LogWords.refusals), "\(daemon.log)")

            // That it was not spent shows that nothing of it was looked at. Options are no harm, nor is what pads a packet,
            // nor VLAN 0, which is none.
            try site.inject(["0 " + site.signedFrame(knock, from: "198.18.1.8", "ipopts=8")])
            try await site.waitFor("the knock itself") { site.openings.last == "door 198.18.1.8" }
            for (source, extras) in [
                ("198.18.1.3", "udplen=128"), ("198.18.1.4", "vlan=0"), ("198.18.1.5", "vlan=57344"),
            ] {
                let padding = extras == "udplen=128" ? "0000" : ""
                try site.inject(["0 " + site.signedFrame(try site.sign("door") + padding, from: source, extras)])
                try await site.waitFor("a knock with \(extras)") { site.openings.last == "door \(source)" }
            }
        }

        @Test(arguments: [["-i", "ks0,ks1"], ["-i", "any"]])
        func aKnockMayComeByEachInterface(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try site.addSecondWire()
            try await site.start(Self.configuration, interface: arguments)
            for source in [Site.clientAddress, Site.clientAddress6] {
                try site.knockSigned("door", from: source)
                try await site.waitFor("a knock from \(source)") { site.openings.last == "door \(source)" }
            }
            try site.injectOverSecondWire(["\(Site.signedPort) udp - data=\(try site.sign("door"))"])
            try await site.waitFor("the second wire's knock") { site.openings.last == "door 198.18.2.2" }
        }

        @Test(arguments: [["-i", "br0,ks0"], ["-i", "ks0,br0"], ["-i", "any"]])
        func whatABridgeAndItsPortSeeIsNoReplay(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let address = "\(Site.serverAddress)/24"
            try site.server.require("ip", "addr", "del", address, "dev", "ks0")
            try site.server.require("ip", "link", "add", "br0", "address", Site.serverHardware, "type", "bridge")
            try site.server.require("ip", "link", "set", "ks0", "master", "br0")
            try site.server.configure("br0", addresses: [address])
            let daemon = try await site.start(Self.configuration, interface: arguments)
            try site.knockSigned("door")
            try await passFence(site)
            #expect(site.openings == ["door 198.18.1.2", "door 198.18.1.9"])
            #expect(site.events.count == 2)
            #expect(!daemon.output.containsAny(of: LogWords.refusals + [LogWords.extended]), "\(daemon.log)")
        }

        @Test(arguments: [["-i", "lo"], ["-i", "any"], ["-i", "ks0,lo"]])
        func loopbackIsHeardOnItsOwnInterface(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Self.configuration, interface: arguments)
            for address in ["127.0.0.1", "::1"] {
                try site.server.require(
                    "python3", "-B", "\(Host.root)/Tests/Interop/signed_knock.py", "send",
                    "\(site.scratch)/client/laptop.key", "door", address)
                try await site.waitFor("a knock from \(address)") {
                    site.openings.last == "door \(address)"
                }
            }
            #expect(site.openings.count == 2, "\(daemon.log)")
            #expect(!daemon.output.containsAny(of: LogWords.refusals), "\(daemon.log)")
        }
    }
}
