import Configuration
import Doors
import KernelRules
import Linux

/// Prints doors of a configuration as a ruleset.
struct RulesWork {
    let command: RulesCommand

    struct Result {
        let lines: [String]
        /// The omissions and notes, for standard error.
        let remarks: [String]
        /// Whether the rules do all that the daemon would do.
        let isComplete: Bool
    }

    func perform() throws(ControlError) -> Result {
        let file = command.file ?? Configuration.defaultFile
        guard let configuration = try Configuration.read(file) else {
            throw ControlError(.files, "\(file) cannot be read; name another file with --config")
        }
        return try translate(configuration, file: file)
    }

    /// Translates a configuration that has been read.
    private func translate(_ configuration: Configuration, file: String) throws(ControlError) -> Result {
        let interfaces = configuration.options.interfaces
        if let strange = interfaces.first(where: { !KernelRules.canName(interface: $0) }) {
            throw ControlError(.refused, "a rule cannot name the interface '\(strange)'; rename it")
        }
        let rules = KernelRules(
            doors: try doors(of: configuration, file: file), port: command.port, families: command.backend.families,
            interfaces: interfaces, isOnlyKnocks: command.isOnlyKnocks)
        let lines =
            switch command.backend {
            case .iptables(let family): IPTablesRules.lines(rules, for: family)
            case .nftables: NFTablesRules.lines(rules)
            }
        let remarks = rules.translations.flatMap { translation in
            translation.omissions.map { "door \(translation.name): not in these rules: \($0)" }
                + translation.notes.map { "door \(translation.name): note: \($0)" }
        }
        return Result(
            lines: lines, remarks: remarks, isComplete: rules.translations.allSatisfy { $0.omissions.isEmpty })
    }

    /// The doors asked for, each with its number in the configuration, starting at 1.
    private func doors(
        of configuration: Configuration, file: String
    ) throws(ControlError) -> [(number: Int, door: Door)] {
        let all = configuration.doors.enumerated().map { (number: $0 + 1, door: $1) }
        let doors = all.filter { command.door == nil || $0.door.identity.name == command.door }
        if all.isEmpty { throw ControlError(.notFound, "\(file) has no door; write one") }
        if doors.isEmpty {
            let names = all.map(\.door.identity.displayName).joined(separator: ", ")
            throw ControlError(.notFound, "\(file) has no door \(command.door ?? ""); it has \(names)")
        }
        if command.port != nil, doors.count > 1 {
            let advice = command.door == nil ? "write --door NAME" : "give them different names"
            throw ControlError(.usage, "--port is for one door, and these are \(doors.count); \(advice)")
        }
        return doors
    }
}
