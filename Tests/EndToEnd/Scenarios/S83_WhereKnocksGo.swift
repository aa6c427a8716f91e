// Shows where signed knocks go and from where a close may come: a name server that adds an address gets no ticket of its own, or
// none at all where the key says where its knocks may go; a key closes what it opened from wherever it is by then. And that all
// three programs work where /proc is not mounted, and say what is missing there.
import Foundation
import Testing

extension EndToEnd {
    @Suite struct S83WhereKnocksGo {
        /// Receives datagrams at some addresses of the server, and writes down each, until one says `end` and nothing else is there.
        private static let receiver = """
            import select, socket, sys
            sockets = []
            for address in sys.argv[1:]:
                s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
                s.bind((address, 62201)); sockets.append(s)
            print("ready", flush=True)
            over = False
            while True:
                found = select.select(sockets, [], [], 0 if over else None)[0]
                if over and not found: break
                for s in found:
                    if s.recv(999) == b"end": over = True
                    else: print(s.getsockname()[0], flush=True)
            print("end", flush=True)
            """
        private static let addresses = [
            Site.serverAddress, "198.18.1.11", "198.18.1.12", Site.serverAddress6, "fd00:198:18:1::11",
        ]

        /// Knocks at the name `gw`, which leads to all of the server's addresses, and returns who got a datagram.
        private func knock(_ site: Site, _ words: String...) async throws -> (got: [String], said: CommandResult) {
            for address in Self.addresses where !address.hasSuffix("1.1") && !address.hasSuffix("::1") {
                _ = try site.server.run(
                    ["ip", "addr", "add", address + (address.contains(":") ? "/64" : "/24"), "dev", "ks0"]
                        + (address.contains(":") ? ["nodad"] : []))
            }
            let hosts = Self.addresses.map { "\($0) gw\n" }.joined() + "\(Self.addresses[1]) moved\n"
            try site.client.write("hosts", hosts)
            let output = "\(site.scratch)/received.\(Tag.next())"
            let receiver = try SpawnedProgram(
                site.server.inside(["python3", "-c", Self.receiver] + Self.addresses), output: output)
            defer { receiver.end() }
            try await site.waitFor("the receiver") { Command.text(at: output).contains("ready") }
            let said = try site.client.run(
                [Host.knock, "--door", "ssh", "--key", "\(site.scratch)/client/laptop.key"] + words)
            // A datagram of another program behind those of this one: then all have come.
            try site.client.require(
                "python3", "-c",
                "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'end', ('198.18.1.12', 62201))"
            )
            try await site.waitFor("the last datagram") {
                Command.text(at: output).hasSuffix("end\n")
            }
            let got = Command.text(at: output).split(separator: "\n").map(String.init)
            return (Array(got.dropFirst().dropLast()), said)
        }

        private func pin(_ site: Site, _ addresses: String) throws {
            let file = "\(site.scratch)/client/laptop.key"
            try Command.require(["sed", "-i", "s/^versions = 1/&\\naddresses = \(addresses)/", file])
        }

        @Test func aTicketGoesToOneAddressOfEachFamily() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            try Command.require(["chmod", "600", "\(site.scratch)/client/laptop.key"])
            let ticket = try await knock(site, "--address", "none", "gw")
            #expect(ticket.said.status == 0, "\(ticket.said.everything)")
            #expect(
                ticket.got.count { $0.contains(".") } == 1 && ticket.got.count { $0.contains(":") } == 1,
                "\(ticket.got)")
            #expect(ticket.said.errors.contains("knock: note: gw has 5 addresses"), "\(ticket.said.errors)")
            // Of no use to anybody else.
            let bound = try await knock(site, "--address", "198.18.1.2", "gw")
            #expect(bound.got.sorted() == Self.addresses.sorted(), "\(bound.got)")
            let single = try await knock(site, "--address", "none", Site.serverAddress)
            #expect(single.got == [Site.serverAddress] && single.said.errors == "", "\(single.said.errors)")

            try pin(site, "198.18.1.11, \(Site.serverAddress6)")
            let pinned = try await knock(site, "--address", "none", "gw")
            #expect(pinned.got.sorted() == ["198.18.1.11", Site.serverAddress6], "\(pinned.got)")
            #expect(pinned.said.errors.contains("which are not among the addresses"), "\(pinned.said.errors)")
            #expect(try await knock(site, "moved").got == ["198.18.1.11"])
            for elsewhere in [Site.serverAddress, "198.18.1.12"] {
                let refused = try await knock(site, elsewhere)
                #expect(refused.got == [] && refused.said.status == 9, "\(refused.said.everything)")
                #expect(refused.said.errors.contains("nothing was sent: \(elsewhere) is not among"))
            }
        }

        @Test func aKeyClosesWhatItOpenedFromAnywhere() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "phone")
            let options = Site.signedOptions()
            let doors = [("door", "keys = *"), ("bound", "keys = *\naddress = bound")].map { name, lines in
                DoorText.signed(name, keys: "*", timeout: 60).replacingOccurrences(of: "keys = *", with: lines)
            }
            let daemon = try await site.start(options + doors.joined())
            for door in ["door", "bound"] {
                let here = "address=198.18.1.2"
                try site.knockSigned(door, from: "198.18.1.2", here)
                try await site.waitForLog("198.18.1.2: \(door): OPEN SESAME")
                // Another key's close is of no use, and an opening for another address is no close.
                try site.knockSigned(door, key: "phone", from: "198.18.1.7", here, "operation=close")
                try await site.waitForLog(
                    "198.18.1.2: \(door): close from phone (generation 1), sent by 198.18.1.7, which does not hold it open"
                )
                try site.knockSigned(door, key: "phone", from: "198.18.1.7", here)
                try await site.waitFor("its refusal") {
                    !site.log.lines(containing: "198.18.1.7: \(door): signed knock from phone").isEmpty
                }
                #expect(!site.events.contains("stop \(door) 198.18.1.2"))
                try site.knockSigned(door, from: Site.clientAddress6, here, "operation=close")
                try await site.waitFor("the stop") { site.events.contains("stop \(door) 198.18.1.2") }
                #expect(site.log.contains("\(door): close from laptop (generation 1), sent by \(Site.clientAddress6)"))
            }
            #expect(daemon.errors == "", "\(daemon.log)")
        }

        // MARK: Without /proc

        private static let without = "mount -t tmpfs none /proc"

        @Test(arguments: [
            ([Host.knock, "-V"], "knock (Postern)"), ([Host.knockctl, "--version"], "knockctl (Postern)"),
            ([Host.knockd, "-V"], "knockd (Postern)"),
            ([Host.knockctl, "keys", "list", "-D", "/none"], "mkdir -p -m 700 /none"),
            ([Host.knockd, "--check", "-c", "/none"], "/none"),
        ])
        func theProgramsGetTheirArguments(words: [String], answer: String) throws {
            let said = try Command.run(["unshare", "-m", "sh", "-c", "\(Self.without) && exec \"$@\"", "sh"] + words)
            #expect(said.everything.contains(answer) && !said.everything.contains("usage:"), "\(said.everything)")
        }

        @Test func theDaemonOpensAndClosesAndSaysWhatIsMissing() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let configuration =
                Site.signedOptions("TimeWindow = 5") + DoorText.signed("door", keys: "*", timeout: 2)
                + DoorText.recording("classic", "7000,8000", timeout: 2)
            let daemon = try await site.start(configuration, preparing: Self.without)
            #expect(daemon.log.contains("/proc is not mounted"), "\(daemon.log)")
            try site.knock(7000, 8000)
            try await site.waitFor("the classic door to close") {
                site.events.contains("stop classic 198.18.1.2")
            }
            try await site.knockSignedUntilOpen("door")
            try await site.waitFor("the signed door to close") {
                site.events.contains("stop door 198.18.1.2")
            }
            let listener = try #require(daemon.listener)
            listener.signal(9)
            try await site.waitFor("another Listener") {
                daemon.listener.map { $0.pid != listener.pid } ?? false
            }
            try await site.waitFor("a knock to be heard", polling: .milliseconds(200)) {
                try site.knock(7000, 8000)
                return site.openings.count { $0 == "classic 198.18.1.2" } > 1
            }
        }
    }
}
