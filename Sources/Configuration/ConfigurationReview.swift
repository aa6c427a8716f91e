import Doors
import Linux

/// The diagnostics that only `knockd --check` reports. They warn of valid settings that the author may not have
/// intended, and report as errors the faults of keys, which the daemon only leaves out.
package enum ConfigurationReview {
    /// All diagnostics for a configuration, sorted. If there are errors, the review adds only the doubts about the
    /// files' permissions, since the rest needs a usable configuration.
    ///
    /// - Parameters:
    ///   - searchPath: the directories of programs, in the form of PATH.
    ///   - host: the facts about this host.
    package static func diagnostics(
        of outcome: ConfigurationOutcome, searchPath: String, host: HostReview = HostReview(interfaces: [])
    ) -> [Diagnostic] {
        let doubts = ConfigurationTrust.diagnostics(of: outcome)
        guard let configuration = outcome.configuration else {
            return ConfigurationOutcome.sorted(outcome.diagnostics + doubts, files: outcome.files)
        }
        let keys = configuration.readKeys()
        var all = outcome.diagnostics + doubts + (keys.map { outcome.keyErrors(in: $0, of: configuration) } ?? [])
        for (door, directory, error) in configuration.unmarkableDoors {
            let section = outcome.sections.first { $0.identity == door.identity }
            let words = OneTimeFile.unmarkable(directory: directory, reason: error.reason)
            if let field = section?.classic.oneTime.file { all.append(field.diagnostic(.error, words)) }
        }
        let commands = outcome.sections.map(DoorCommands.init)
        let reviews = commands.map {
            DoorReview(section: $0.section, options: outcome.options, onlyCloses: $0.onlyClose)
        }
        all += reviews.flatMap(\.diagnostics)
        // Without errors, every section has made exactly one door.
        let doors = zip(outcome.sections, configuration.doors).map { (section: $0, door: $1) }
        all += doors.flatMap { LimitReview(section: $0, door: $1, keys: keys?.entries.count ?? 0).diagnostics }
        all += SharedStops.diagnostics(doors)
        all += DoorPairs.diagnostics(outcome.sections, strict: outcome.options.strictSequence)
        all += RotatedDoors.diagnostics(outcome.sections)
        all += RepeatedReview.diagnostics(of: outcome)
        all += host.diagnostics(of: outcome)
        all += outcome.sections.flatMap(\.commands.all).flatMap {
            CommandText(command: $0, exists: Files.exists).diagnostics
        }
        let review = CommandReview(commands)
        let files = FileReview(searchPath: searchPath)
        all += review.diagnostics + files.permissions(of: outcome)
        let causes = reviews.compactMap(\.oneKnock) + review.otherFamily + files.programs(of: outcome)
        all += Diagnostic.saidOnce(sorted(causes, outcome).filter { !outcome.silenced.contains($0) })
        return sorted(all.filter { !outcome.silenced.contains($0) }, outcome)
    }

    private static func sorted(_ diagnostics: [Diagnostic], _ outcome: ConfigurationOutcome) -> [Diagnostic] {
        ConfigurationOutcome.sorted(diagnostics, files: outcome.files)
    }
}
