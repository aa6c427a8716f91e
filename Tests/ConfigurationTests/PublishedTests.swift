import Doors
import Foundation
import Knocks
import Linux
import Packets
import TestSupport
import Testing

@testable import Configuration

/// Configurations as Debian ships one and as people publish them.
struct PublishedTests {
    private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Published"

    private func load(_ name: String) throws -> Configuration {
        let path = "\(Self.directory)/\(name).conf"
        let outcome = ConfigurationReader.read(try Files.read(path), file: path, directory: Self.directory)
        #expect(outcome.diagnostics == [])
        return try #require(outcome.configuration)
    }

    /// The only door of a file.
    private func door(_ name: String) throws -> Door {
        let doors = try load(name).doors
        try #require(doors.count == 1)
        return doors[0]
    }

    private let syn = TCPFlagRule(required: .syn)

    @Test func everyFileIsLoaded() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.directory).filter { $0.hasSuffix(".conf") }
        #expect(names.count == 11)
        for name in names { #expect(try !load(String(name.dropLast(5))).doors.isEmpty) }
    }

    private func expectDebianDoors(_ configuration: Configuration) throws {
        #expect(configuration.options.useSyslog)
        #expect(configuration.options.interfaces == [])
        let doors = configuration.doors
        try #require(doors.map(\.identity.name) == ["openSSH", "closeSSH", "openHTTPS"])
        #expect(
            doors.map { $0.sequence?.sequence.knocks } == [
                knocks(7000, 8000, 9000), knocks(9000, 8000, 7000), knocks(12345, 54321, 24680, 13579),
            ])
        #expect(doors.allSatisfy { $0.sequence?.timeout == 5_000 && $0.sequence?.flagRule == syn })
        #expect(doors.allSatisfy { $0.actions?.stop == nil && $0.actions == $0.actionsIPv6 })
        #expect(
            doors.map(\.actions?.start.text) == [
                "/sbin/iptables -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                "/sbin/iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                "/usr/local/sbin/knock_add -i -c INPUT -p tcp -d 443 -f %IP%",
            ])
    }

    @Test func debiansConfigurationIsLoaded() throws {
        try expectDebianDoors(try load("debian"))
    }

    private static let debians = "\(directory)/../../../.build/peers/etc/knockd.conf"

    @Test(.enabled(if: Files.exists(debians))) func debiansOwnFileIsLoaded() throws {
        let outcome = ConfigurationReader.read(try Files.read(Self.debians), file: Self.debians)
        #expect(outcome.diagnostics == [])
        try expectDebianDoors(try #require(outcome.configuration))
    }

    @Test func whatTheReviewSaysAboutDebiansConfiguration() throws {
        let path = "\(Self.directory)/debian.conf"
        let outcome = ConfigurationReader.read(try Files.read(path), file: path)
        let lines = ConfigurationReview.diagnostics(of: outcome, searchPath: "").filter { $0.line > 0 }
        #expect(lines.allSatisfy { $0.severity == .warning })
        let ascending = lines.filter { $0.message.hasPrefix("a port scan that ascends") }
        #expect(ascending.map(\.line) == [5])
        #expect(lines.filter { $0.message.hasPrefix("without a stop command") }.map(\.line) == [19])
        #expect(!lines.contains { $0.message.contains("door '") }, "no door stands in another one's way")
    }

    @Test func sshForTenSeconds() throws {
        let door = try door("ssh")
        #expect(try load("ssh").options.interfaces == ["enp0s3"])
        #expect(door.identity == DoorIdentity(name: "SSH"))
        #expect(door.sequence?.sequence.knocks == knocks(5438, 3428, 3280, 4479))
        #expect(door.sequence?.timeout == 20_000)
        #expect(door.openFor == 10_000)
        #expect(door.actions?.start.text.contains("-I INPUT 1 -s %IP%") == true)
        #expect(door.actions?.stop?.text.contains("-D INPUT -s %IP%") == true)
        #expect(door.actionsIPv6 == door.actions)
    }

    @Test func httpsForBothFamilies() throws {
        let door = try door("https")
        #expect(door.sequence?.flagRule == TCPFlagRule(required: .syn, forbidden: .ack))
        #expect(door.openFor == 3_600_000)
        #expect(door.actions?.start.text.hasPrefix("/sbin/iptables -A") == true)
        #expect(door.actionsIPv6?.start.text.hasPrefix("/sbin/ip6tables -A") == true)
        #expect(door.actionsIPv6?.stop?.text.hasPrefix("/sbin/ip6tables -D") == true)
    }

    @Test func aScriptThatWakesAMachine() throws {
        let door = try door("wake-on-lan")
        #expect(door.sequence?.target == IPAddress("203.0.113.9"))
        #expect(door.sequence?.sequence.knocks == knocks(9020, 9010, 9030))
        #expect(
            door.actions?.start.text
                == #"sudo -u wol /usr/local/bin/wake-nas.sh 00:00:5e:00:53:01 "%IP%" >> /var/log/wake.log 2>&1 &"#)
        #expect(door.actions?.stop == nil)
    }

    @Test func aGameServerWithMixedKnocks() throws {
        let doors = try load("game-server").doors
        try #require(doors.map(\.identity.name) == ["minecraft", "rcon"])
        #expect(doors[0].sequence?.sequence.knocks == [Knock(.udp, 25010), Knock(.tcp, 25030), Knock(.udp, 25020)])
        #expect(doors.map { $0.sequence?.timeout } == [30_000, 25_000])
        #expect(doors.map(\.openFor) == [14_400_000, 60_000])
        #expect(doors.allSatisfy { $0.sequence?.flagRule == TCPFlagRule() })
        #expect(doors[0].actions?.start.text.hasSuffix("; systemctl start minecraft") == true)
    }

    @Test func ufwWithAHashInTheCommand() throws {
        let door = try door("ufw")
        #expect(door.sequence?.sequence.knocks == knocks(4002, 3001, 5003))
        #expect(door.actions?.start.text.hasSuffix("comment 'knock # %IP%'") == true)
        #expect(door.actions?.stop?.text == "ufw delete allow from %IP% to any port 22 proto tcp")
        #expect(door.openFor == 60_000)
    }

    @Test func firewalldWithEqualSignsInTheCommand() throws {
        let door = try door("firewalld")
        let rule = #"'rule family="ipv4" source address="%IP%" service name="ssh" accept'"#
        #expect(
            door.actions?.start.text == "/usr/bin/firewall-cmd --zone=public --add-rich-rule=" + rule)
        #expect(door.actions?.stop?.text == "/usr/bin/firewall-cmd --zone=public --remove-rich-rule=" + rule)
        #expect(door.actionsIPv6?.start.text.contains(#"family="ipv6""#) == true)
        #expect(door.openFor == 30_000)
    }

    @Test func severalDoorsWithOneNameTwice() throws {
        let configuration = try load("several-doors")
        #expect(configuration.options.pidFile == "/var/run/knockd/knockd.pid")
        #expect(configuration.options.logFile == "/var/log/knockd/knockd.log")
        let doors = configuration.doors
        try #require(
            doors.map(\.identity) == [
                DoorIdentity(name: "ssh"), DoorIdentity(name: "mysql"), DoorIdentity(name: "mysql", ordinal: 2),
                DoorIdentity(name: "panic"),
            ])
        #expect(doors.map { $0.sequence?.timeout } == [15_000, 5_000, 25_000, 25_000])
        #expect(doors[2].sequence?.target == IPAddress("2001:db8::5"))
        #expect(doors[2].actions == nil)
        #expect(doors[2].actionsIPv6?.start.text == "/usr/local/bin/open-mysql6 %IP%")
        #expect(doors[3].sequence?.sequence.knocks == knocks(udp: [911]))
    }

    @Test func oneTimeSequencesOfAFile() throws {
        let door = try door("one-time")
        #expect(door.oneTimeFile == "\(Self.directory)/one-time.ots")
        #expect(door.sequence?.sequence.knocks == [Knock(.tcp, 7101), Knock(.udp, 9105), Knock(.tcp, 8103)])
        #expect(door.sequence?.flagRule == TCPFlagRule(required: .fin, forbidden: .ack))
        #expect(door.openFor == 5_000)
    }

    @Test func datagramsAndCarriageReturns() throws {
        let door = try door("udp")
        #expect(door.sequence?.sequence.knocks == knocks(udp: [40003, 40001, 40002]))
        #expect(door.sequence?.timeout == 8_000)
        #expect(door.actions?.start.text == "/usr/local/bin/allow-wireguard %IP%")
    }

    @Test func aSequenceThatOpensAndOneThatCloses() throws {
        let doors = try load("close-sequence").doors
        try #require(doors.map(\.identity.name) == ["openALL", "closeALL"])
        #expect(doors.map { $0.sequence?.sequence.knocks } == [knocks(1580, 1700, 1350), knocks(1350, 1700, 1580)])
        #expect(doors[0].actions?.start.text.hasSuffix(#"&& logger "opened for %IP%""#) == true)
        #expect(doors[1].actions?.start.text.hasSuffix("2>/dev/null; do :; done") == true)
    }
}
