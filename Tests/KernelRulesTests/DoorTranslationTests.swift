import Doors
import Knocks
import Packets
import Testing

@testable import KernelRules

struct DoorTranslationTests {
    private func translation(
        _ text: String, port: OpenedPort? = nil, families: [AddressFamily] = AddressFamily.allCases
    ) throws -> DoorTranslation {
        let door = try #require(try doors(text).first)
        return DoorTranslation(door, number: 1, port: port, families: families)
    }

    @Test func aPlainDoorIsTranslatedWhole() throws {
        let translation = try translation(ssh("tcpflags = syn", "target = 198.18.1.1"), families: [.ipv4])
        let door = try #require(translation.door)
        #expect(translation.omissions == [])
        #expect(translation.notes == [])
        #expect(door.sequence.knocks == [Knock(.tcp, 7000), Knock(.udp, 8000), Knock(.tcp, 9000)])
        #expect(door.flagRule == TCPFlagRule(required: .syn))
        #expect(door.stageSeconds == 5)
        #expect(door.openSeconds == 30)
        #expect(door.target?.description == "198.18.1.1")
        #expect(door.ports == [.ipv4: OpenedPort(.tcp, 22)])
    }

    @Test func withoutFlagsTheFirstSegmentOfAConnectionCounts() throws {
        #expect(try translation(ssh()).door?.flagRule == .initialSYN)
    }

    @Test(
        "What the kernel cannot do is said",
        arguments: [
            ("vlan = 7", "VLAN"), ("seq_timeout = 0", "seq_timeout = 0"), ("cmd_timeout = 0", "cmd_timeout = 0"),
            ("cmd_timeout = 4294968", "above 4294967 seconds"), ("seq_timeout = 5000000", "above 4294967 seconds"),
            ("start_command = /usr/local/bin/open %IP%", "write --door ssh --port"),
            ("start_command =", "it runs nothing for IPv4 addresses: write --door ssh --port"),
            ("start_command = iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT", "it closes 22/tcp"),
            ("target = 2001:db8::1", "target 2001:db8::1 is no IPv4 address"),
            ("target = 224.0.0.1", "its target 224.0.0.1, which is no host's address"),
            ("target = 0.0.0.0", "its target 0.0.0.0, which is no host's address"),
        ])
    func thereIsNoSuchDoor(directive: String, reason: String) throws {
        let translation = try translation(ssh(directive), families: [.ipv4])
        #expect(translation.door == nil)
        #expect(translation.omissions.count == 1)
        #expect(translation.omissions.first?.contains(reason) == true, "\(translation.omissions)")
    }

    @Test func signedKnocksAreLeftToTheDaemon() throws {
        let both = try translation(ssh("keys = *"), families: [.ipv4])
        #expect(both.door != nil)
        #expect(both.omissions == ["signed knocks, which the kernel cannot judge: leave them to knockd"])
        let signed = try translation("[ssh]\nkeys = *\nstart_command = true\n")
        #expect(signed.door == nil)
        #expect(signed.omissions == both.omissions)
    }

    @Test func aStopCommandThatDoesMoreIsSaid() throws {
        let translation = try translation(
            ssh("stop_command = iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT; logger closed"))
        #expect(translation.door != nil)
        #expect(translation.omissions.count == 1)
        #expect(translation.omissions.first?.contains("its stop_command") == true)
    }

    @Test func aDoorThatNeverClosesIsNoted() throws {
        let translation = try translation(ssh("stop_command ="), families: [.ipv4])
        #expect(translation.omissions == [])
        #expect(translation.notes.first?.contains("no stop_command") == true)
    }

    @Test func theGivenPortCountsBeforeTheCommand() throws {
        let web = OpenedPort(.tcp, 443)
        let translation = try translation(ssh("start_command = /usr/local/bin/open %IP%"), port: web)
        #expect(translation.door?.ports == [.ipv4: web, .ipv6: web])
        #expect(translation.omissions == [])
        #expect(
            translation.notes == [
                "its start_command is not run: /usr/local/bin/open %IP%",
                "its stop_command is not run: /sbin/iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
            ])
        let closing = try self.translation(
            ssh("start_command = iptables -D INPUT -s %IP% -p tcp --dport 443 -j ACCEPT"), port: web)
        #expect(closing.notes.first?.contains("is not run: iptables -D INPUT") == true)
        let same = try self.translation(ssh("stop_command = notify %IP%"), port: OpenedPort(.tcp, 22))
        #expect(same.omissions.first?.contains("its stop_command") == true)
    }

    @Test func eachKindOfAddressHasItsOwnCommand() throws {
        let other = "start_command_6 = ip6tables -I INPUT -s %IP% -p udp --dport 53 -j ACCEPT"
        #expect(
            try translation(ssh(other)).door?.ports == [.ipv4: OpenedPort(.tcp, 22), .ipv6: OpenedPort(.udp, 53)])
        let none = try translation(ssh("start_command_6 ="))
        #expect(none.door?.ports == [.ipv4: OpenedPort(.tcp, 22)])
        #expect(none.omissions == [])
        #expect(none.notes == ["it runs nothing for IPv6 addresses: write --door ssh --port PORT/tcp or PORT/udp"])
        let given = try translation(ssh("start_command_6 ="), port: OpenedPort(.tcp, 22))
        #expect(given.door?.ports == [.ipv4: OpenedPort(.tcp, 22)], "that nothing is run for IPv6 is meant")
        #expect(given.notes == ["it runs nothing for IPv6 addresses"])
        #expect(try translation(ssh("start_command_6 ="), families: [.ipv6]).door == nil)
        let nothing = try translation(ssh("start_command ="))
        #expect(nothing.door == nil)
        #expect(nothing.omissions.count == 2)
        let target = try translation(ssh("target = 2001:db8::1"))
        #expect(target.door?.ports == [.ipv6: OpenedPort(.tcp, 22)])
        #expect(target.omissions == [])
    }

    @Test(arguments: [
        ("7000", "any port scan opens"), ("7000,7001,7002", "a port scan that ascends"),
        ("7000,7000", "a port scan that"),
        ("7000,8000,9000", "a scan that ascends through a list"), ("7000,7001:udp", nil), ("7001,7000", nil),
        ("8000,9000,7000", nil),
    ])
    func whatAScanOpensIsNoted(sequence: String, note: String?) throws {
        let notes = try translation(ssh(sequence: sequence), families: [.ipv4]).notes
        #expect(notes.count == (note == nil ? 0 : 1), "\(notes)")
        if let note { #expect(notes.first?.hasPrefix(note) == true, "\(notes)") }
    }

    @Test func aCommandThatKnowsNoneOfTheseAddressesIsNoted() throws {
        let translation = try translation(ssh(), families: [.ipv6])
        #expect(translation.door?.ports == [.ipv6: OpenedPort(.tcp, 22)])
        #expect(translation.omissions == [])
        #expect(
            translation.notes == ["with knockd its start_command fails for IPv6 addresses, and here they are let in"])
    }

    /// They stand in comments, on standard error, and in what is advised.
    @Test func namesArePrintable() throws {
        let translation = try translation(ssh("start_command = x", name: "a\u{1B}[31mred"))
        #expect(translation.name == "a?[31mred")
        #expect(
            translation.omissions.first?.contains(#"--door "$(printf 'a\033[31mred')""#) == true,
            "a shell makes it what it is")
    }

    @Test func namesAreCutToWhatTheKernelTakes() throws {
        for (name, tag) in [
            ("ssh", "knock-1-ssh"), ("a b;$(x)\"'", "knock-1-a_b___x___"),
            ("a-name-longer-than-the-kernel-takes", "knock-1-a_name_longer"), ("тест", "knock-1-____"),
        ] {
            let door = try translation(ssh(name: name)).door
            #expect(door?.tag == tag)
            #expect(door.map { "\($0.tag).7.open".utf8.count <= 28 } == true)
        }
    }

    @Test func aHighNumberLeavesLessOfTheName() throws {
        let door = try #require(try doors(ssh(name: "a_name_that_is_long")).first)
        let tag = DoorTranslation(door, number: 1_234_567, port: nil, families: [.ipv4]).door?.tag
        #expect(tag == "knock-1234567-a_name_")
        #expect(tag.map { "\($0).7.to32".utf8.count } == 28)
    }
}
