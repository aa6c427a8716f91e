import Doors

/// Warns of repeated directives, of repeated door names, and of a configuration without doors.
enum RepeatedReview {
    /// Warnings, in no order.
    static func diagnostics(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        noDoor(outcome) + outcome.repeats.map(\.diagnostic) + namesakes(outcome.sections)
    }

    private static func noDoor(_ outcome: ConfigurationOutcome) -> [Diagnostic] {
        guard outcome.sections.isEmpty, let file = outcome.files.first else { return [] }
        return [
            Diagnostic(
                severity: .warning, file: file, line: 0, column: 0,
                message:
                    "there is no door, so nothing can be opened; write one, such as [openSSH] and a sequence below"
            )
        ]
    }

    private static func namesakes(_ sections: [DoorSection]) -> [Diagnostic] {
        var first: [String: Field] = [:]
        return sections.compactMap { section in
            let name = section.identity.name
            guard let earlier = first[name] else {
                first[name] = section.heading
                return nil
            }
            let place =
                earlier.file == section.heading.file ? "line \(earlier.line)" : "\(earlier.file):\(earlier.line)"
            return section.heading.diagnostic(
                .warning,
                "there is a door '\(name)' already (\(place)), and the log does not tell the two apart; rename one of them"
            )
        }
    }
}
