import Testing

@testable import KernelRules

struct NFTablesRulesTests {
    private func lines(_ text: String, interfaces: [String] = [], isOnlyKnocks: Bool = false) throws -> [String] {
        NFTablesRules.lines(try rules(text, interfaces: interfaces, isOnlyKnocks: isOnlyKnocks))
    }

    /// What stands in a chain.
    private func chain(_ name: String, of lines: [String]) -> [String] {
        let rest = bare(lines).drop { $0 != "chain \(name) {" }.dropFirst()
        return Array(rest.prefix { $0 != "}" })
    }

    @Test func theLastStageComesFirstAndEachEndsWhatDoesNotFit() throws {
        let lines = try lines(ssh())
        for (family, word) in [("ipv4", "ip"), ("ipv6", "ip6")] {
            let tag = "knock-1-ssh.\(family)"
            let source = "\(word) saddr"
            let syn = "tcp flags & (fin | syn | rst | ack) == syn"
            #expect(
                chain(tag, of: lines) == [
                    "\(source) @\(tag).2 \(syn) tcp dport 9000 delete @\(tag).2 { \(source) } "
                        + "update @\(tag).open { \(source) timeout 30s } return",
                    "\(source) @\(tag).2 udp dport 8000 return", "delete @\(tag).2 { \(source) }",
                    "\(source) @\(tag).1 udp dport 8000 delete @\(tag).1 { \(source) } "
                        + "update @\(tag).2 { \(source) timeout 5s } return",
                    "delete @\(tag).1 { \(source) }",
                    "\(syn) tcp dport 7000 update @\(tag).1 { \(source) timeout 5s }",
                ])
            #expect(chain("knock-open", of: lines).contains("\(syn) tcp dport 22 \(source) @\(tag).open accept"))
            #expect(bare(lines).filter { $0.hasPrefix("set \(tag).") && $0.contains("size 65536") }.count == 3)
        }
    }

    @Test func theTableIsMadeAnew() throws {
        #expect(
            try bare(lines(ssh())).prefix(3) == ["table inet knock", "delete table inet knock", "table inet knock {"])
    }

    @Test func onlyTheChainsGoIntoATableThatIsThere() throws {
        let lines = try bare(lines(ssh(), isOnlyKnocks: true))
        #expect(lines.first == "table inet filter {")
        #expect(lines.contains("flush chain inet filter knock-1-ssh.ipv6"))
        #expect(!lines.contains { $0.contains("hook input") })
    }

    @Test func aKindOfAddressThatIsNotOpenedToHasNoChain() throws {
        let lines = try lines(ssh("target = 198.18.1.1"))
        #expect(chain("knock-1-ssh.all", of: lines) == ["meta nfproto ipv4 ip daddr 198.18.1.1 goto knock-1-ssh.ipv4"])
        #expect(!bare(lines).contains { $0.contains("knock-1-ssh.ipv6") })
    }

    @Test func flagsAreWrittenAsNftHasThem() throws {
        let lines = try lines(ssh("tcpflags = syn,ack,!rst") + ssh("tcpflags = !syn,!ack"))
        #expect(
            chain("knock-1-ssh", of: lines) == [
                "tcp flags & (fin | syn | rst | ack) == syn goto knock-1-ssh.all",
                "tcp flags & (syn | rst | ack) == syn | ack goto knock-1-ssh.all",
                "meta l4proto udp goto knock-1-ssh.all",
            ])
        #expect(chain("knock-2-ssh", of: lines).contains("tcp flags & (syn | ack) == 0x0 goto knock-2-ssh.all"))
    }

    @Test func knocksCountOnTheInterfacesOfTheConfiguration() throws {
        let gate = try chain("knock", of: lines(ssh(), interfaces: ["eth0", "eth1:2"]))
        #expect(gate.contains("iifname != { \"eth0\", \"eth1\" } return"))
    }

    @Test func withoutADoorThereAreCommentsAlone() throws {
        #expect(try bare(lines("[ssh]\nkeys = *\nstart_command = true\n")) == [])
    }

    @Test func aDoorsNameInjectsNoRule() throws {
        let name = "x\u{B}} ; flush ruleset\u{2028}{\\"
        #expect(try bare(lines(ssh(name: name))) == bare(lines(ssh(name: "x_____flush_ruleset___"))))
    }
}
