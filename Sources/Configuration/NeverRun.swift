import KernelRules
import Packets

/// Warns of commands that are never run, and of doors at which one kind of knock runs nothing.
enum NeverRun {
    /// The first such warning for a door; nil if there is none.
    static func diagnostic(_ section: DoorSection) -> Diagnostic? {
        let commands = section.commands
        let (start, start6) = (given(commands.start), given(commands.start6))
        let (stop, stop6) = (given(commands.stop), given(commands.stop6))
        if let target = section.classic.target {
            if target.isIPv4, let unused = start6 ?? stop6 {
                return say(unused, "the target of this door is an IPv4 address; leave it out, or change the target")
            }
            if !target.isIPv4, start6 != nil, let start {
                return say(start, "the target of this door is an IPv6 address; leave it out, or change the target")
            }
        }
        if let stop6, commands.pair(for: .ipv6).start.map(\.isEmpty) ?? true {
            return say(stop6, "no start command is run for IPv6 addresses; write start_command_6")
        }
        if let stop, start == nil, start6 == nil || stop6 != nil {
            return say(stop, "the door has no start command; write start_command")
        }
        if let start6, commands.start == nil, section.classic.target == nil {
            return start6.diagnostic(
                .warning,
                "nothing is run for IPv4 addresses; write start_command, or start_command = with nothing behind it if "
                    + "that is meant")
        }
        return nil
    }

    private static func given(_ command: Field?) -> Field? {
        command.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func say(_ command: Field, _ why: String) -> Diagnostic {
        command.diagnostic(.warning, "this command is never run, since \(why)")
    }
}
