/// Sections of a knockd.conf for scenarios.
enum DoorText {
    /// A door that accepts packets from the client to port 22.
    static func firewall(
        _ name: String, _ sequence: String, timeout: Int = 3, _ more: String...
    ) -> String {
        section(
            name, sequence,
            [
                "start_command = iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                "stop_command = iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT",
                "cmd_timeout = \(timeout)",
            ] + more)
    }

    /// A door whose commands each write a line to `events` in the scratch folder.
    static func recording(_ name: String, _ sequence: String, timeout: Int = 3, _ more: String...) -> String {
        let lines = [
            "start_command = \(record("start \(name)"))",
            "stop_command = \(record("stop \(name)"))",
            "cmd_timeout = \(timeout)",
        ]
        return section(name, sequence, lines + more)
    }

    /// A recording door without a stop command.
    static func withoutStop(_ name: String, _ sequence: String, _ more: String...) -> String {
        section(name, sequence, ["start_command = \(record("start \(name)"))"] + more)
    }

    /// A recording door for signed knocks only.
    static func signed(_ name: String, keys: String = "laptop", timeout: Int = 3, _ more: String...) -> String {
        let lines = [
            "[\(name)]", "keys = \(keys)", "start_command = \(record("start \(name)"))",
            "stop_command = \(record("stop \(name)"))", "cmd_timeout = \(timeout)",
        ]
        return (lines + more).joined(separator: "\n") + "\n\n"
    }

    /// The same command with the time since the boot, which needs no further process.
    static func recordCheaply(_ what: String) -> String {
        "read now idle </proc/uptime; echo \"$now \(what) %IP%\" >> @DIR@/events"
    }

    static func record(_ what: String) -> String { "echo \"$(date +%s.%N) \(what) %IP%\" >> @DIR@/events" }

    static func section(_ name: String, _ sequence: String, _ lines: [String]) -> String {
        (["[\(name)]", "sequence = \(sequence)"] + lines).joined(separator: "\n") + "\n\n"
    }
}
