// Shows the one path everything else rests on: a firewall that drops everything, three knocks, the port answers; when
// the time is up the rule is gone and the port is silent again.
import Testing

extension EndToEnd {
    @Suite struct S01ThreeKnocksOpenTheDoor {
        @Test func portAnswersAfterThreeKnocksAndIsClosedAgain() async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            try await site.serve()
            try await site.start(DoorText.firewall("door", "7000,8000,9000", timeout: 8))
            #expect(try !site.canConnect())

            try site.knock(7000, 8000, 9000)
            try await site.waitFor("the door's rule") { try !site.rules(for: "198.18.1.2").isEmpty }
            #expect(try site.canConnect())
            #expect(try !site.canConnect(from: "198.18.1.3"), "only the address that knocked may come in")

            try await site.waitFor("the rule to go") { try site.rules(for: "198.18.1.2").isEmpty }
            #expect(try !site.canConnect())
            for line in [
                "198.18.1.2: door: Stage 1", "198.18.1.2: door: Stage 2", "198.18.1.2: door: Stage 3",
                "198.18.1.2: door: OPEN SESAME",
                "door: running command: iptables -I INPUT -s 198.18.1.2 -p tcp --dport 22 -j ACCEPT",
                "198.18.1.2: door: command timeout",
                "door: running command: iptables -D INPUT -s 198.18.1.2 -p tcp --dport 22 -j ACCEPT",
            ] {
                #expect(site.log.contains(line), "\(site.log)")
            }
        }
    }
}
