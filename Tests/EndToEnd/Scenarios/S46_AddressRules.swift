// Shows for whom a signed knock opens: for the address that it comes from, or one that it names where the door lets it; never
// for an address that no host has. A copy that somebody else sends first does not use up its owner's knock.
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S46AddressRules {
        private static let doors =
            Site.signedOptions() + DoorText.signed("observed", keys: "laptop, desk", timeout: 60)
            + DoorText.signed("bound", keys: "*", timeout: 60, "address = bound", "delegates = desk")
            + DoorText.signed("desk", keys: "laptop, desk", timeout: 60, "delegates = desk")
        private static let differs = "it names another address than it comes from"
        private static let missing = "it names no address, and the door requires one"

        /// A knock from 198.18.1.2 or its IPv6 address, and what comes of it: for whom it opens, or why for nobody.
        struct Case: Sendable {
            let (door, key, address): (String, String, String)
            var source = Site.clientAddress
            var opensFor: String?
            var refusal: String?
        }

        private static let cases = [
            Case(door: "observed", key: "laptop", address: "", opensFor: "198.18.1.2"),
            Case(door: "observed", key: "laptop", address: "198.18.1.2", opensFor: "198.18.1.2"),
            Case(door: "observed", key: "laptop", address: "198.18.1.3", refusal: differs),
            Case(door: "observed", key: "laptop", address: Site.clientAddress6, refusal: differs),
            Case(door: "observed", key: "desk", address: "198.18.1.3", refusal: differs),
            Case(
                door: "observed", key: "laptop", address: "", source: Site.clientAddress6,
                opensFor: Site.clientAddress6),
            Case(
                door: "observed", key: "laptop", address: Site.clientAddress6, source: Site.clientAddress6,
                opensFor: Site.clientAddress6),
            Case(
                door: "observed", key: "laptop", address: "198.18.1.2", source: Site.clientAddress6, refusal: differs),
            Case(door: "bound", key: "laptop", address: "", refusal: missing),
            Case(door: "bound", key: "laptop", address: "198.18.1.2", opensFor: "198.18.1.2"),
            Case(door: "bound", key: "laptop", address: "198.18.1.3", refusal: differs),
            Case(door: "bound", key: "desk", address: "", refusal: missing),
            Case(door: "bound", key: "desk", address: "198.18.1.3", opensFor: "198.18.1.3"),
            Case(
                door: "bound", key: "laptop", address: Site.clientAddress6, source: Site.clientAddress6,
                opensFor: Site.clientAddress6),
            Case(door: "desk", key: "laptop", address: "198.18.1.3", refusal: differs),
            Case(door: "desk", key: "desk", address: "198.18.1.3", opensFor: "198.18.1.3"),
            Case(door: "desk", key: "desk", address: "2001:db8::7", opensFor: "2001:db8::7"),
            Case(
                door: "desk", key: "desk", address: "198.18.1.4", source: Site.clientAddress6, opensFor: "198.18.1.4"),
            Case(door: "nosuch", key: "laptop", address: "", refusal: "there is no such door"),
            Case(door: "desk", key: "guest", address: "", refusal: "the door does not list this key"),
        ]

        @Test func opensForTheAddressesThatTheDoorAllows() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "desk", "guest")
            let daemon = try await site.start(Self.doors)
            for one in Self.cases {
                let before = daemon.output.count
                try site.knockSigned(one.door, key: one.key, from: one.source, "address=\(one.address)")
                let expected = expectation(one)
                try await site.waitFor("“\(expected)”") {
                    daemon.output.dropFirst(before).contains(expected)
                }
            }
            #expect(site.openings == Self.cases.compactMap { one in one.opensFor.map { "\(one.door) \($0)" } })
        }

        private func expectation(_ one: Case) -> String {
            let knock = "signed knock from \(one.key) (generation 1)"
            if let refusal = one.refusal { return "\(one.source): \(one.door): \(knock) refused: \(refusal)\n" }
            guard let address = one.opensFor else { return "nothing" }
            let sender = address == one.source ? "" : ", sent by \(one.source)"
            return "\(address): \(one.door): \(knock)\(sender)\n\(address): \(one.door): OPEN SESAME\n"
        }

        @Test func addressesThatNoHostHasAreRefusedInTheKnock() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("desk")
            try await site.start(Site.signedOptions() + DoorText.signed("desk", keys: "desk", "delegates = desk"))
            let addresses = [
                "0.0.0.0", "0.1.2.3", "127.0.0.1", "169.254.1.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
                "255.255.255.255", "::1", "::2", "fe80::1", "febf::1", "ff02::1",
            ]
            for address in addresses { try site.knockSigned("desk", key: "desk", "address=\(address)") }
            try await site.waitFor("all refusals") {
                site.refusals("no door opens for the address it names") == addresses.count
            }
            #expect(site.openings.isEmpty)
        }

        @Test func packetsFromAddressesThatNoHostHasAreRefused() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(Site.signedOptions() + DoorText.signed("door"))
            let sources = [
                "0.0.0.0", "0.1.2.3", "127.0.0.1", "169.254.1.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
                "::", "::1", "::2", "fe80::9", "ff02::5",
            ]
            for source in sources { try site.knockSigned("door", from: source) }
            try site.knockSigned("door", from: "::ffff:198.18.1.5")
            try site.knockSigned("door")
            try await site.waitFor("the knock that is good") { !site.openings.isEmpty }
            #expect(site.openings == ["door 198.18.1.2"])
            let refusal = "door: signed knock from laptop (generation 1) refused: no host has this address"
            #expect(
                daemon.output.lines(containing: "refused").map(String.init) == sources.map { "\($0): \(refusal)" },
                "one whose source is an IPv4 address in an IPv6 header is no packet at all")
        }

        @Test(arguments: ["observed", "bound"])
        func aCopyThatComesFirstDoesNotUseUpTheOwnersKnock(door: String) async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop", "desk")
            try await site.start(Self.doors)
            let knock = try site.sign(door, "address=198.18.1.2")
            for thief in ["198.18.1.6", Site.clientAddress6, "198.18.1.6"] { try site.send(knock, from: thief) }
            try await site.waitFor("the thief's refusals") { site.refusals(Self.differs) == 3 }
            #expect(site.openings.isEmpty)
            try site.send(knock)
            try await site.waitFor("the owner's opening") { site.events == ["start \(door) 198.18.1.2"] }
        }
    }
}
