import Knocks
import Packets
import Testing

@testable import KernelRules

struct IPTablesRulesTests {
    private func lines(
        _ text: String, _ family: AddressFamily = .ipv4, interfaces: [String] = [], isOnlyKnocks: Bool = false
    ) throws -> [String] {
        IPTablesRules.lines(
            try rules(text, families: [family], interfaces: interfaces, isOnlyKnocks: isOnlyKnocks), for: family)
    }

    /// The rules of one chain, without its name.
    private func chain(_ name: String, of lines: [String]) -> [String] {
        lines.filter { $0.hasPrefix("-A \(name) ") }.map { String($0.dropFirst(4 + name.count)) }
    }

    @Test func theLastStageComesFirstAndEachEndsWhatDoesNotFit() throws {
        let lines = try lines(ssh("tcpflags = syn"))
        let tag = "knock-1-ssh.5"
        let syn = "-p tcp -m tcp --tcp-flags SYN SYN"
        #expect(
            chain(tag, of: lines) == [
                "\(syn) --dport 9000 -m recent --name \(tag).2 --rcheck --seconds 5 -g \(tag).open",
                "-p udp --dport 8000 -m recent --name \(tag).2 --rcheck --seconds 5 -j RETURN",
                "-m recent --name \(tag).2 --remove",
                "-p udp --dport 8000 -m recent --name \(tag).1 --rcheck --seconds 5 -g \(tag).to2",
                "-m recent --name \(tag).1 --remove",
                "\(syn) --dport 7000 -m recent --name \(tag).1 --set",
            ])
        #expect(
            chain("\(tag).to2", of: lines)
                == ["-m recent --name \(tag).1 --remove", "-m recent --name \(tag).2 --set"])
        #expect(
            chain("\(tag).open", of: lines)
                == ["-m recent --name \(tag).2 --remove", "-m recent --name \(tag).open-22tcp-30s --set"])
        #expect(
            chain("knock-open", of: lines)[5]
                == "-s 0.0.0.5/0.0.0.7 -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN --dport 22 "
                + "-m recent --name \(tag).open-22tcp-30s --rcheck --seconds 30 -j ACCEPT")
    }

    @Test func oneKnockOpensAtOnce() throws {
        let lines = try lines(ssh(sequence: "7000:udp"))
        #expect(
            chain("knock-1-ssh.0", of: lines)
                == ["-p udp --dport 7000 -m recent --name knock-1-ssh.0.open-22tcp-30s --set"])
    }

    @Test func eachEighthOfTheAddressesHasAChain() throws {
        #expect(
            try chain("knock-1-ssh.all", of: lines(ssh()))
                == (0..<8).map { "-s 0.0.0.\($0)/0.0.0.7 -g knock-1-ssh.\($0)" })
        #expect(
            try chain("knock-1-ssh.all", of: lines(ssh(), .ipv6))
                == (0..<8).map { "-s ::\($0)/::7 -g knock-1-ssh.\($0)" })
        #expect(
            try chain("knock-1-ssh", of: lines(ssh("target = 2001:db8::1"), .ipv6)).first
                == "! -d 2001:db8::1 -j RETURN")
    }

    @Test func theKindsOfAddressShareNoList() throws {
        #expect(try lines(ssh(), .ipv6).contains { $0.contains("--name knock-1-ssh.0.open-22tcp-30s.ip6 --rcheck") })
    }

    @Test func wholeRulesDropWhatNothingAccepts() throws {
        let lines = try bare(lines(ssh()))
        #expect(
            lines.prefix(5) == [
                "*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT ACCEPT [0:0]", ":knock - [0:0]",
            ])
        #expect(
            chain("INPUT", of: lines) == [
                "-i lo -j ACCEPT", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
                "-p icmp -m icmp --icmp-type 3 -j ACCEPT", "-p icmp -m icmp --icmp-type 8 -j ACCEPT",
                "-p icmp -m icmp --icmp-type 11 -j ACCEPT", "-p icmp -m icmp --icmp-type 12 -j ACCEPT", "-j knock",
            ])
        #expect(lines.last == "COMMIT")
    }

    @Test func onlyTheChainsAreForRulesThatAreThere() throws {
        let lines = try bare(lines(ssh(), isOnlyKnocks: true))
        #expect(!lines.contains { $0.contains("INPUT") || $0.hasPrefix(":OUTPUT") })
        #expect(lines[1] == ":knock - [0:0]")
    }

    /// iptables-restore takes no rule into a chain, and no jump to one, that it does not know.
    @Test func everyChainIsDeclaredOnceAndUsed() throws {
        let all = try bare(lines(ssh(sequence: "1,2,3,4,5,6") + ssh(name: "other")))
        let declared = all.filter { $0.hasPrefix(":") }.map { $0.dropFirst().prefix { $0 != " " } }
        #expect(Set(declared).count == declared.count)
        for rule in all where rule.hasPrefix("-A") {
            let words = rule.split(separator: " ")
            #expect(declared.contains(words[1]))
            if let place = words.firstIndex(where: { $0 == "-g" || $0 == "-j" }) {
                #expect((declared + ["ACCEPT", "RETURN"]).contains(words[place + 1]))
            }
        }
        #expect(declared.allSatisfy { $0.utf8.count <= 28 })
    }

    @Test func twoDoorsOfOneNameShareNothing() throws {
        let all = try bare(lines(ssh() + ssh()))
        #expect(chain("knock-doors", of: all) == ["-j knock-1-ssh", "-j knock-2-ssh", "-g knock-open"])
    }

    @Test func flagsAreWrittenAsTheMatchHasThem() throws {
        let lines = try lines(ssh("tcpflags = fin,!ack") + ssh("tcpflags = !syn") + ssh("tcpflags = syn"))
        let initial = "-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN"
        #expect(
            chain("knock-1-ssh", of: lines) == [
                "\(initial) -g knock-1-ssh.all", "-p tcp -m tcp --tcp-flags FIN,ACK FIN -g knock-1-ssh.all",
                "-p udp -g knock-1-ssh.all",
            ])
        #expect(chain("knock-2-ssh", of: lines).contains("-p tcp -m tcp --tcp-flags SYN NONE -g knock-2-ssh.all"))
        #expect(
            chain("knock-3-ssh", of: lines)
                == ["-p tcp -m tcp --tcp-flags SYN SYN -g knock-3-ssh.all", "-p udp -g knock-3-ssh.all"],
            "what one rule covers is asked for once")
    }

    @Test func knocksCountOnTheInterfacesOfTheConfiguration() throws {
        func gate(_ interfaces: String...) throws -> ArraySlice<String> {
            try chain("knock", of: lines(ssh(), interfaces: interfaces)).dropFirst(2)
        }
        #expect(try gate("eth0", "eth1:2", "eth1:3") == ["-i eth0 -g knock-doors", "-i eth1 -g knock-doors"])
        #expect(try gate("any") == ["-g knock-doors"])
        #expect(try gate() == ["-g knock-doors"])
    }

    @Test func withoutADoorThereAreCommentsAlone() throws {
        let lines = try lines("[ssh]\nkeys = *\nstart_command = true\n")
        #expect(bare(lines) == [])
        #expect(lines.contains { $0.contains("NOT DONE HERE: signed knocks") })
    }

    @Test func aDoorsNameInjectsNoRule() throws {
        let name = "x\u{B}-A INPUT -j ACCEPT\u{2028}COMMIT\\"
        let plain = try bare(lines(ssh(name: "x__A_INPUT__j_ACCEPT__COMMIT")))
        #expect(try bare(lines(ssh(name: name))) == plain)
        #expect(!plain.contains("-A INPUT -j ACCEPT"))
    }
}
