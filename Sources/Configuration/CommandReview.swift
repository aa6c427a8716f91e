import Doors
import KernelRules
import Packets

/// What there is to say about what the commands of doors do.
struct CommandReview {
    private let doors: [DoorCommands]
    /// What the doors close whose knock closes something.
    private let closings: CommandEffects.Closings

    init(_ doors: [DoorCommands]) {
        self.doors = doors
        closings = CommandEffects.Closings(doors.flatMap(\.pairs).map(\.startEffects))
    }

    /// Warnings, in no order.
    var diagnostics: [Diagnostic] {
        doors.flatMap { [missingStop($0), sharedByAll($0), NeverRun.diagnostic($0.section)].compactMap(\.self) }
    }

    /// Warnings of programs that know the addresses of one kind alone, at most one a door: mostly they have one cause.
    var otherFamily: [Diagnostic] { doors.compactMap(otherFamily) }

    /// A stop command that is there and empty is meant.
    private func missingStop(_ door: DoorCommands) -> Diagnostic? {
        door.pairs.first { $0.stop == nil && $0.startEffects.leavesOpen && !closings.close($0.startEffects) }?.start
            .diagnostic(
                .warning,
                "without a stop command this door stays open; write stop_command = COMMAND, or an empty "
                    + "stop_command = if that is meant")
    }

    /// A command that does the same for everybody.
    private func sharedByAll(_ door: DoorCommands) -> Diagnostic? {
        for pair in door.pairs {
            if let stop = pair.stop, let effects = pair.stopEffects, !effects.isWithoutEffect, !stop.namesAddress,
                !stop.meansAddress
            {
                return stop.diagnostic(
                    .warning,
                    "this command does not name %IP%, so it ends the openings of all addresses: it runs when the last "
                        + "of them ends, and a knock meanwhile extends its own; write %IP% into it")
            }
            let opens = pair.startEffects.leavesOpen || pair.startEffects.closesItself
            if opens, !pair.start.namesAddress, !pair.start.holdsAddress, !pair.start.meansAddress {
                return pair.start.diagnostic(
                    .warning,
                    "this command does not name %IP%, so it opens the same for every address; write %IP% into it")
            }
        }
        return nil
    }

    /// A program that knows the addresses of one kind alone, run for the other one.
    private func otherFamily(_ door: DoorCommands) -> Diagnostic? {
        for pair in door.pairs {
            if pair.startEffects.onlyFamily.map({ $0 != pair.family }) ?? false {
                return pair.start.diagnostic(.warning, Self.startFails(pair, of: door.section))
            }
            if let stop = pair.stop, pair.stopEffects?.onlyFamily.map({ $0 != pair.family }) ?? false {
                let name =
                    pair.family == .ipv4 || door.section.commands.stop6 != nil ? "another one" : "stop_command_6 too"
                return stop.diagnostic(
                    .warning,
                    "this command fails for \(pair.family.rawValue) addresses, and their openings stay open; write \(name)"
                )
            }
        }
        return nil
    }

    private static func startFails(_ pair: DoorCommands.Pair, of section: DoorSection) -> String {
        let what = "this command fails for \(pair.family.rawValue) addresses"
        if pair.family == .ipv4 { return "\(what); name it start_command_6, or write a command for IPv4" }
        if section.commands.start6 != nil {
            return "\(what), and it runs for them alone; write a command for IPv6, such as ip6tables"
        }
        let twins =
            pair.stop == nil || section.commands.stop6 != nil ? "start_command_6" : "start_command_6 and stop_command_6"
        return "\(what); write \(twins) for them, or an empty start_command_6 ="
    }
}

extension Field {
    /// Whether it is a command that is for one address.
    var namesAddress: Bool { ActionTemplate(text)?.namesAddress ?? false }

    /// Whether it has `%ip%` or the like where `%IP%` is meant, of which a warning of its own is said.
    fileprivate var meansAddress: Bool { CommandText(command: self) { _ in true }.misspelled?.name == "IP" }

    /// Whether it is for an address that its author has written.
    fileprivate var holdsAddress: Bool {
        text.split { !$0.isHexDigit && $0 != "." && $0 != ":" }.contains {
            ($0.contains(".") || $0.contains("::")) && IPAddress(String($0)) != nil
        }
    }
}
