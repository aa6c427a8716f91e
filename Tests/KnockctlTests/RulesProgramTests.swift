import Foundation
import TestSupport
import Testing

@testable import knockctl

/// knockctl rules, as people and scripts run it.
struct RulesProgramTests {
    private static let ssh = """
        [ssh]
        sequence = 8000,7000,9000
        start_command = iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT
        stop_command = iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT
        start_command_6 = ip6tables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT
        stop_command_6 = ip6tables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT

        """
    private static let web = "[web]\nsequence = 1000,3000,2000\nstart_command = /usr/local/bin/open %IP%\n"
    private static let signed = "[signed]\nkeys = *\nstart_command = true\n"

    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ configuration: String, _ options: String) throws -> BuiltProgram.Result {
        let file = try directory.write(Array(configuration.utf8), to: "knockd.conf")
        return try BuiltProgram.run("knockctl rules \(options) --config \(file)", in: directory)
    }

    @Test(arguments: ["iptables", "iptables -6", "nftables", "iptables --only-knocks", "nftables --only-knocks"])
    func theStatusIsZeroWhereEachDoorIsDone(options: String) throws {
        let result = try run(Self.ssh, options)
        #expect(result.status == 0)
        #expect(result.errors == "")
        #expect(result.output.contains("dport 22 "))
    }

    @Test func whatIsLeftOutIsSaidInTheOutputAndOnStandardError() throws {
        let result = try run(Self.ssh + Self.web + Self.signed, "nftables")
        #expect(result.status == 5)
        #expect(result.output.contains("dport 22 "), "the other door is done")
        let errors = result.errors.split(separator: "\n")
        #expect(errors.count == 2)
        #expect(
            errors.first?.hasPrefix("knockctl: door web: not in these rules: its start_command does not show")
                == true)
        #expect(errors.last?.hasPrefix("knockctl: door signed: not in these rules: signed knocks") == true)
        #expect(result.output.components(separatedBy: "# NOT DONE HERE: ").count == 3)
    }

    @Test func onlyTheDoorThatIsNamedIsPrinted() throws {
        let result = try run(Self.ssh + Self.web + Self.signed, "iptables --door web --port 443/tcp")
        #expect(result.status == 0)
        #expect(result.output.contains("-A knock-2-web.7 "), "its number is its place")
        #expect(!result.output.contains("dport 22 "))
        #expect(try run(Self.ssh + Self.web + Self.signed, "iptables --door ssh").status == 0)
    }

    @Test(arguments: [
        (Self.ssh, "iptables --door shh", 2, "has no door shh; it has ssh"),
        ("", "iptables", 2, "has no door; write one"),
        (Self.ssh + Self.web, "iptables --port 22", 1, "these are 2; write --door NAME"),
        (Self.ssh + Self.ssh, "iptables -d ssh --port 22", 1, "these are 2; give them different names"),
        ("[options]\nInterface = :1\n" + Self.ssh, "iptables", 4, "a rule cannot name the interface ':1'"),
        ("[options]\nInterface = eth+\n" + Self.ssh, "iptables", 4, "a rule cannot name the interface 'eth+'"),
        ("[ssh]\nsequence = 0\n", "iptables", 3, "knockd.conf:2:"),
    ])
    func whatCannotBeDoneIsSaid(configuration: String, options: String, status: Int32, message: String) throws {
        let result = try run(configuration, options)
        #expect(result.status == status)
        #expect(result.output == "")
        #expect(result.errors.contains(message), "\(result)")
    }

    @Test func aFileThatCannotBeReadIsNamed() throws {
        let result = try BuiltProgram.run("knockctl rules iptables -c /none", in: directory)
        #expect(result.status == 3)
        #expect(result.errors == "knockctl: /none cannot be read; name another file with --config\n")
    }
}
