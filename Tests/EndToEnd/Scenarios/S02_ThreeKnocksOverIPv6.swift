// Shows that IPv6 is no second class: the same story with start_command_6 and stop_command_6, and IPv4's commands are
// not run for it.
import Testing

extension EndToEnd {
    @Suite struct S02ThreeKnocksOverIPv6 {
        @Test func portAnswersOverIPv6AfterThreeKnocksAndIsClosedAgain() async throws {
            let site = try Site()
            defer { site.close() }
            try site.dropIncoming()
            try await site.serve()
            try await site.start(
                DoorText.firewall(
                    "door", "7000,8000,9000", timeout: 6,
                    "start_command_6 = ip6tables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                    "stop_command_6 = ip6tables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"))
            let client = Site.clientAddress6
            #expect(try !site.canConnect(from: client))

            try site.knock(7000, 8000, 9000, from: client)
            try await site.waitFor("the door's rule") { try !site.rules(for: client).isEmpty }
            #expect(try site.canConnect(from: client))
            try await site.waitFor("the rule to go") { try site.rules(for: client).isEmpty }
            #expect(try !site.canConnect(from: client))
            let commands = site.log.lines(containing: "running command: ")
            #expect(commands.count == 2 && commands.allSatisfy { $0.contains(": ip6tables ") }, "\(commands)")
            #expect(site.log.contains("\(client): door: OPEN SESAME"))
        }
    }
}
