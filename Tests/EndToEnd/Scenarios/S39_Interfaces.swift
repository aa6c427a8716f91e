// Shows where the daemon listens: at several interfaces, at any, at the default route's, at raw IP and loopback; that a
// packet counts once that two of them see; and that it awaits interfaces and follows addresses.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S39_Interfaces {
        private let door = DoorText.withoutStop("door", "7000,8000")

        /// Knocks over the second wire.
        private func knockOverSecondWire(_ site: Site, _ ports: [Int]) throws {
            try site.injectOverSecondWire(ports.map { "\($0) tcp syn" })
        }

        @Test(arguments: [["-i", "ks0,ks1"], ["-i", "ks0", "-i", "ks1"], ["-i", "any"]])
        func oneSequenceMayComeBySeveralInterfaces(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.addSecondWire()
            let daemon = try await site.start(door, interface: arguments)
            try site.knock(7000, 8000)
            try await site.waitFor("the first wire's knock") { site.events == ["start door 198.18.1.2"] }
            try knockOverSecondWire(site, [7000, 8000])
            try await site.waitFor("the second wire's knock") { site.events.count == 2 }
            #expect(site.events.last == "start door 198.18.2.2")
            #expect(daemon.output.lines(containing: "listening on").count == 1)
        }

        @Test func aLabelStandsForItsAddresses() async throws {
            let site = try Site()
            defer { site.close() }
            try site.server.require(
                "ip", "addr", "add", "198.18.1.77/24", "dev", "ks0", "label", "ks0:1")
            try await site.start(door, interface: ["-i", "ks0:1"])
            try site.knock(7000, 8000)
            try site.inject([7000, 8000].map { "0 198.18.1.3 198.18.1.77 \($0) tcp syn" })
            try await site.waitFor("a knock at the label's address") { !site.events.isEmpty }
            #expect(site.events == ["start door 198.18.1.3"], "the other one came before")
        }

        @Test func interfacesMayStandInTheConfiguration() async throws {
            let site = try Site()
            defer { site.close() }
            try site.addSecondWire()
            try await site.start("[options]\ninterface = ks0, ks1\n\n" + door, interface: [])
            #expect(site.log.contains("listening on ks0, ks1..."))
            try knockOverSecondWire(site, [7000, 8000])
            try await site.waitFor("the second wire's knock") { !site.events.isEmpty }
        }

        @Test func withoutANameItIsTheDefaultRoutesInterfaceAndThatIsFollowed() async throws {
            let site = try Site()
            defer { site.close() }
            try site.addSecondWire()
            try site.server.require("ip", "route", "add", "default", "via", "198.18.2.2")
            try await site.start(door, interface: [])
            #expect(site.log.contains("listening on ks1..."))
            try site.server.require("ip", "route", "replace", "default", "via", "198.18.1.2")
            try await site.waitForLog("listening on ks0...")
            try await site.waitForLog(
                "interface ks1 has no default route any more, not listening on it; -i ks1 keeps it")
            try site.knock(7000, 8000)
            try await site.waitFor("a knock at the new one") { !site.events.isEmpty }
        }

        @Test(arguments: [["-i", "br0,ks0"], ["-i", "ks0,br0"], ["-i", "any"]])
        func aPacketThatABridgeAndItsPortSeeCountsOnce(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            let address = "\(Site.serverAddress)/24"
            try site.server.require("ip", "addr", "del", address, "dev", "ks0")
            try site.server.require("ip", "link", "add", "br0", "address", Site.serverHardware, "type", "bridge")
            try site.server.require("ip", "link", "set", "ks0", "master", "br0")
            try site.server.configure("br0", addresses: [address])
            let twice = DoorText.withoutStop("twice", "7001,7001") + DoorText.withoutStop("one", "7002")
            try await site.start(twice + door, interface: arguments)
            // A single knock at 7001 must not pass for two, nor one at 7002 for two openings.
            try site.knock(7002, 7000, 8000, 7001)
            try await site.waitForLog("198.18.1.2: twice: Stage 1")
            try site.knock(7002, from: "198.18.1.3")
            try await site.waitFor("what came later") {
                site.events.contains("start one 198.18.1.3") && site.events.count >= 3
            }
            #expect(site.events.sorted() == ["start door 198.18.1.2", "start one 198.18.1.2", "start one 198.18.1.3"])
            // A second one at 7001, the very same packet once more, is another knock.
            try site.knock(7001)
            try await site.waitFor("the second knock") { site.events.contains("start twice 198.18.1.2") }
            #expect(site.events.count == 4)
        }

        @Test func whatIsNotThereYetIsAwaited() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", door)
            let daemon = try site.launch(interface: ["-i", "ks1,ks0"])
            try await site.waitForLog("interface ks1 is not there, waiting for it")
            try await site.waitForLog("listening on ks0...")
            try site.knock(7000, 8000)
            try await site.waitFor("the other one is heard") { site.events.count == 1 }
            try site.addSecondWire()
            try await site.waitForLog("listening on ks1...")
            try knockOverSecondWire(site, [7000, 8000])
            try await site.waitFor("the new one is heard") { site.events.count == 2 }
            #expect(daemon.output.lines(containing: "waiting for it").count == 1)
        }

        @Test func theOnlyOneMayBeAwaitedToo() async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", door)
            let daemon = try site.launch(interface: ["-i", "ks1"])
            try await site.waitForLog("interface ks1 is not there, waiting for it")
            #expect(daemon.roles.isEmpty, "nothing to capture, nobody to do it")
            try site.addSecondWire()
            try await site.waitForLog("listening on ks1...")
            try knockOverSecondWire(site, [7000, 8000])
            try await site.waitFor("it is heard") { !site.events.isEmpty }
        }

        @Test func whatIsDeletedAndMadeAnewIsHeardAgainWithOneLineEachWay() async throws {
            let site = try Site()
            defer { site.close() }
            try site.addSecondWire()
            let daemon = try await site.start(door, interface: ["-i", "ks0,ks1"])
            try site.server.require("ip", "link", "del", "ks1")
            try await site.waitForLog("interface ks1 is not there, waiting for it")
            try site.knock(7000, 8000)
            try await site.waitFor("the other one goes on") { site.events.count == 1 }
            try site.addSecondWire()
            try await site.waitForLog("interface ks1 is back, listening on it")
            try knockOverSecondWire(site, [7000, 8000])
            try await site.waitFor("it is heard") { site.events.count == 2 }
            #expect(daemon.output.lines(containing: "ks1").count == 3, "\(daemon.output)")
            #expect(daemon.errors == "")
        }

        @Test func downAndUpIsToldOnceEachWay() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(door)
            try site.server.require("ip", "link", "set", "ks0", "down")
            try await site.waitForLog("interface ks0 is down, waiting for it")
            try site.server.require("ip", "link", "set", "ks0", "up")
            try await site.waitForLog("interface ks0 is back, listening on it")
            #expect(daemon.output.lines(containing: "ks0").count == 3)
        }

        @Test func anAddressThatComesIsHeardAndOneThatGoesIsNot() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(door)
            let listener = daemon.listener
            try site.server.require("ip", "addr", "add", "198.18.1.77/24", "dev", "ks0")
            let frames = [7000, 8000].map { "0 198.18.1.3 198.18.1.77 \($0) tcp syn" }
            try await site.waitFor("the new address is heard") {
                try site.inject(frames)
                return !site.events.isEmpty
            }
            try site.server.require("ip", "addr", "del", "198.18.1.77/24", "dev", "ks0")
            let before = site.events.count
            try await site.waitFor("the address that went is heard no more") {
                let known = site.events.count
                try site.inject(frames)
                try site.knock(7000, 8000)
                // It came after the other.
                try await site.waitFor("the lasting address") {
                    site.timedEvents.dropFirst(known).contains { $0.what.hasSuffix("198.18.1.2") }
                }
                return !site.timedEvents.dropFirst(known).contains { $0.what.hasSuffix("198.18.1.3") }
            }
            #expect(site.events.count > before)
            #expect(daemon.listener == listener, "an address takes no new Listener")
        }

        @Test(arguments: [["-i", "tn0"], ["-i", "any"], ["-i", "ks0,tn0"]])
        func rawIPIsHeard(arguments: [String]) async throws {
            let site = try Site()
            defer { site.close() }
            try site.server.require("ip", "tuntap", "add", "dev", "tn0", "mode", "tun")
            try site.server.configure("tn0", addresses: ["198.18.3.1/24", "fd00:198:18:3::1/64"])
            try await site.start(door, interface: arguments)
            let frames = [7000, 8000].enumerated().flatMap { offset, port in
                [
                    "\(offset) 198.18.3.2 198.18.3.1 \(port) tcp syn",
                    "\(offset) fd00:198:18:3::2 fd00:198:18:3::1 \(port) tcp syn",
                ]
            }
            let sent = try site.server.run(
                [Host.inject, "tn0", "-", "tun"], input: frames.joined(separator: "\n") + "\n")
            try #require(sent.succeeded, "\(sent.everything)")
            try await site.waitFor("both families") { site.events.count == 2 }
            #expect(site.events.sorted() == ["start door 198.18.3.2", "start door fd00:198:18:3::2"])
        }

        @Test(arguments: ["lo", "any", "ks0,lo"])
        func theHostsOwnKnocksAreHeardOnLoopback(interface: String) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(door, interface: ["-i", interface])
            for port in ["7000", "8000"] { _ = try site.server.run("nc", "-z", "-w1", "127.0.0.1", port) }
            try await site.waitFor("the knock from here") { !site.events.isEmpty }
            #expect(site.events == ["start door 127.0.0.1"])
        }

        @Test(arguments: [
            ("any,ks0", "-i any is every interface"), ("", "no interface can be named ''"),
            ("an-interface-that-cannot-be", "no interface can be named 'an-interface-that-cannot-be'"),
        ])
        func whatCannotBeListenedOnAtAllEndsTheStart(names: String, words: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.write("knockd.conf", door)
            let daemon = try site.launch(interface: ["-i", names])
            try await site.waitFor("the end") { !daemon.isRunning }
            #expect(daemon.exit == 1)
            #expect(daemon.errors.contains(words))
        }
    }
}
