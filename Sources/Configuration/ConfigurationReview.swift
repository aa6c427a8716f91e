import Doors
import Linux

/// What `knockd --check` says beyond what the reader says: all that a configuration can be used with, and that its author
/// may not have meant; and what is wrong with the keys, of which the daemon uses what it can.
package enum ConfigurationReview {
    /// All there is to say about a configuration, in order. Errors come first: until it can be used, the review adds
    /// nothing to what the reader said.
    ///
    /// - Parameter searchPath: where programs are looked for, as in PATH.
    package static func diagnostics(of outcome: ConfigurationOutcome, searchPath: String) -> [Diagnostic] {
        guard let configuration = outcome.configuration else { return outcome.diagnostics }
        var all = outcome.diagnostics + outcome.keyErrors
        for (door, directory, error) in configuration.unmarkableDoors {
            let section = outcome.sections.first { $0.identity == door.identity }
            let words = OneTimeFile.unmarkable(directory: directory, reason: error.reason)
            if let field = section?.oneTimeFile { all.append(field.diagnostic(.error, words)) }
        }
        for section in outcome.sections {
            all += DoorReview(section: section, options: outcome.options).diagnostics
        }
        all += DoorPairs.diagnostics(outcome.sections, strict: outcome.options.strictSequence)
        all += FileReview(searchPath: searchPath).diagnostics(of: outcome)
        return ConfigurationOutcome.sorted(all, files: outcome.files)
    }
}
