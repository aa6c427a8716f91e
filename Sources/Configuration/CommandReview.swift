import Doors
import KernelRules
import Packets

/// Finds warnings about the effects of doors' commands.
struct CommandReview {
    private let doors: [DoorCommands]
    /// The effects that the start commands of all doors undo.
    private let closings: CommandEffects.Closings

    init(_ doors: [DoorCommands]) {
        self.doors = doors
        closings = CommandEffects.Closings(doors.flatMap(\.pairs).map(\.startEffects))
    }

    /// Warnings, in no order.
    var diagnostics: [Diagnostic] {
        doors.flatMap { [missingStop($0), sharedByAll($0), NeverRun.diagnostic($0.section)].compactMap(\.self) }
    }

    /// Warnings about programs that know only one address family, at most one a door: several in one door mostly have
    /// one cause.
    var otherFamily: [Diagnostic] { doors.compactMap(otherFamily) }

    /// Warns of a door that stays open. An empty stop command is intended, so it is no reason for a warning.
    private func missingStop(_ door: DoorCommands) -> Diagnostic? {
        door.pairs.first { $0.stop == nil && $0.startEffects.leavesOpen && !closings.close($0.startEffects) }?.start
            .diagnostic(
                .warning,
                "without a stop command this door stays open; write stop_command = COMMAND, or an empty "
                    + "stop_command = if that is meant")
    }

    /// Warns of a command that does the same for every address.
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

    /// Warns of a program that knows only one address family and is run for the other.
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
    /// Whether this command contains a placeholder for the address.
    var namesAddress: Bool { ActionTemplate(text)?.namesAddress ?? false }

    /// Whether this command misspells `%IP%`, as in `%ip%`; `CommandText` warns of that.
    fileprivate var meansAddress: Bool { CommandText(command: self) { _ in true }.misspelled?.name == "IP" }

    /// Whether this command contains a literal address.
    fileprivate var holdsAddress: Bool {
        text.split { !$0.isHexDigit && $0 != "." && $0 != ":" }.contains {
            ($0.contains(".") || $0.contains("::")) && IPAddress(String($0)) != nil
        }
    }
}
