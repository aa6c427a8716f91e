import Configuration
import Doors
import Testing

@testable import KernelRules

/// The doors of a configuration that can be used.
func doors(_ text: String) throws -> [Door] {
    let outcome = ConfigurationReader.read(Array(text.utf8), file: "a.conf")
    return try #require(outcome.configuration, "\(outcome.diagnostics)").doors
}

/// The section of a door that opens ssh after three knocks, with further directives.
func ssh(_ directives: String..., sequence: String = "7000,8000:udp,9000", name: String = "ssh") -> String {
    let lines = [
        "[\(name)]", "sequence = \(sequence)", "seq_timeout = 5", "cmd_timeout = 30",
        "start_command = /sbin/iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
        "stop_command = /sbin/iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
    ]
    return (lines + directives).joined(separator: "\n") + "\n"
}

/// A ruleset for doors of a configuration.
func rules(
    _ text: String, port: OpenedPort? = nil, families: [AddressFamily] = AddressFamily.allCases,
    interfaces: [String] = [], isOnlyKnocks: Bool = false
) throws -> KernelRules {
    KernelRules(
        doors: try doors(text).enumerated().map { ($0 + 1, $1) }, port: port, families: families,
        interfaces: interfaces, isOnlyKnocks: isOnlyKnocks)
}

/// The lines that are no comments.
func bare(_ lines: [String]) -> [String] {
    lines.map { $0.drop { $0 == " " } }.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map(String.init)
}
