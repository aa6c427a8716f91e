// Shows strict_sequence: a port scan, in order or not, opens no strict door and keeps nobody out; the same scan opens a
// door that is not strict. Whatever else a source asks this host for, more than sixteen times between two knocks, ends its
// sequence, and only its own.
import Testing

extension EndToEnd {
    @Suite struct S34StrictSequence {
        static let servers = [Site.serverAddress, Site.serverAddress6]
        static let patient = "seq_timeout = 60"
        static let strict = "strict_sequence = yes"
        static let fence = DoorText.withoutStop("fence", "20000")

        /// Knocks at the fence, from an address of its own: what was sent before has been looked at.
        private func passFence(_ site: Site) async throws {
            try site.knock(20_000, from: "198.18.1.9")
            try await site.waitFor("the fence") { site.events.contains("start fence 198.18.1.9") }
        }

        private func scan(_ site: Site, _ server: String, _ order: [String]) throws {
            let words = ["nmap", "-n", "-Pn", "-T5", "--min-rate", "5000", "-p1-10000"] + order
            let result = try site.client.run(words + (server.contains(":") ? ["-6", server] : [server]))
            try #require(result.succeeded && result.output.contains("10000 "), "\(result)")
        }

        /// A door that is not strict stands beside as a control, and another one inherits it from [options].
        @Test(arguments: servers)
        func aScanInOrderOpensOnlyADoorThatIsNotStrict(server: String) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                "[options]\n\(Self.strict)\n\n"
                    + DoorText.withoutStop("own", "7000,8000,9000", Self.patient, Self.strict)
                    + DoorText.withoutStop("inherited", "7000,8000:tcp,9000", Self.patient, "tcpflags = syn")
                    + DoorText.withoutStop("loose", "7000,8000,9000", Self.patient, "strict_sequence = no")
                    + Self.fence)
            let client = server.contains(":") ? Site.clientAddress6 : Site.clientAddress
            try scan(site, server, ["-r"])
            // Right behind the scan, within its sequences' time.
            try site.knock(7000, 8000, 9000, from: client)
            try await passFence(site)
            #expect(site.openings.first == "loose \(client)", "by the scan")
            let knocked = ["fence 198.18.1.9"] + ["inherited", "loose", "own"].map { "\($0) \(client)" }
            #expect(site.openings.dropFirst().sorted() == knocked)
        }

        @Test func theScanOpensADoorWhereNothingIsStrict() async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(DoorText.withoutStop("door", "7000,8000,9000", Self.patient))
            try scan(site, Site.serverAddress, ["-r"])
            try await site.waitFor("the door to open") { site.events == ["start door 198.18.1.2"] }
        }

        @Test(arguments: servers)
        func scansInAnyOrderOpenNothing(server: String) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.withoutStop("door", "7000,8000,9000", Self.patient, Self.strict) + Self.fence)
            for _ in 1...2 { try scan(site, server, []) }
            try await passFence(site)
            #expect(site.openings == ["fence 198.18.1.9"])
            let client = server.contains(":") ? Site.clientAddress6 : Site.clientAddress
            try site.knock(7000, 8000, 9000, from: client)
            try await site.waitFor("the door to open") { site.events.last == "start door \(client)" }
        }

        /// What comes seventeen times before the last knock, and whether it ends the sequence. Each case has a source of its own.
        static let strays: [(frame: String, ends: Bool)] = [
            ("4444 tcp syn", true), ("4444 udp -", true), ("22 tcp syn,psh", true), ("9001 tcp syn", true),
            // Of a connection that is there already, and a knock that comes twice.
            ("22 tcp ack", false), ("22 tcp syn,ack", false), ("22 tcp rst", false), ("8000 tcp syn", false),
        ]

        @Test(arguments: [("198.18.1.", "198.18.1.77", 0), ("fd00:198:18:1::", "fd00:198:18:1::77", 1)])
        func whatElseASourceAsksForEndsItsSequence(prefix: String, elsewhere: String, family: Int) async throws {
            let site = try Site()
            defer { site.close() }
            try await site.start(
                DoorText.withoutStop("door", "7000,8000,9000", Self.patient, Self.strict, "tcpflags = syn")
                    + Self.fence)
            let server = Self.servers[family]
            var lines: [String] = []
            func send(_ source: String, _ what: String, to target: String) {
                lines.append("\(lines.count) \(source) \(target) \(what)")
            }
            for (index, stray) in Self.strays.enumerated() {
                let source = "\(prefix)\(10 + index)"
                let strays = Array(repeating: stray.frame, count: 17)
                for knock in ["7000 tcp syn", "8000 tcp syn"] + strays + ["9000 tcp syn"] {
                    send(source, knock, to: server)
                }
            }
            // Neither what another source sends, nor what is for another host, is a stray.
            let bystander = "\(prefix)8"
            for knock in ["7000 tcp syn", "8000 tcp syn"] { send(bystander, knock, to: server) }
            for _ in 0..<17 {
                send("\(prefix)7", "4444 tcp syn", to: server)
                send(bystander, "4444 tcp syn", to: elsewhere)
            }
            send(bystander, "9000 tcp syn", to: server)
            try site.inject(lines)
            try await passFence(site)

            let unharmed = Self.strays.indices.filter { !Self.strays[$0].ends }.map { "door \(prefix)\(10 + $0)" }
            #expect(site.openings == unharmed + ["door \(bystander)", "fence 198.18.1.9"])
        }
    }
}
