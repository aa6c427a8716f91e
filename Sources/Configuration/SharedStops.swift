import Doors
import KernelRules
import Packets

/// Warns of doors whose stop commands can be equal, so that one door closes what the other still holds open.
enum SharedStops {
    /// Warnings, at most one a door, in no order. Ignores commands that change nothing.
    static func diagnostics(_ doors: [(section: DoorSection, door: Door)]) -> [Diagnostic] {
        var alike: [String: [Int]] = [:]
        var found: [Diagnostic] = []
        for (number, (section, door)) in doors.enumerated() {
            let texts = Set(
                door.stops.filter { !CommandEffects($0).isWithoutEffect }.compactMap { text(of: $0, at: door) })
            let other = texts.flatMap { alike[$0] ?? [] }.sorted().first { doors[$0].door.canShareStop(with: door) }
            if let other {
                let field = section.commands.stop ?? section.commands.stop6 ?? section.heading
                found.append(
                    field.diagnostic(
                        .warning,
                        "door '\(doors[other].section.identity.name)' has the same stop command, so it runs when neither "
                            + "is open any more; change one of them"))
            }
            for text in texts where alike[text, default: []].count < ConfigurationLimits.comparedSequences {
                alike[text, default: []].append(number)
            }
        }
        return found
    }

    /// The text of a stop command with the same values for every knock, so that commands can be compared.
    private static func text(of stop: ActionTemplate, at door: Door) -> String? {
        stop.command(
            for: CommandValues(address: IPAddress(ipv4: 0), key: nil, door: door.identity.name, seconds: 0))
    }
}

extension Door {
    fileprivate var stops: [ActionTemplate] { [actions?.stop, actionsIPv6?.stop].compactMap(\.self) }
}
