import Doors
import Linux

/// Checks that only root and the user of this process can change the configuration. Its commands run as root, and its
/// files of sequences and keys decide which knocks open doors.
package enum ConfigurationTrust {
    /// One diagnostic for each file, or directory on the way to one, that others can change. It is an error, or a
    /// warning if another user owns one-time sequences, since that user may be meant to make them.
    package static func diagnostics(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        let oneTime = Set(outcome.configuration?.doors.compactMap(\.oneTimeFile) ?? [])
        // Report each place once for each severity, so that a warning does not hide an error.
        var places: Set<Told> = []
        var diagnostics: [Diagnostic] = []
        func tell(_ diagnostic: Diagnostic) {
            let told = Told(path: diagnostic.file, severity: diagnostic.severity)
            if places.insert(told).inserted { diagnostics.append(diagnostic) }
        }
        for file in outcome.files {
            guard let fault = fault(of: file) else { continue }
            tell(diagnostic(fault, decides: oneTime.contains(file) ? .entry : .commands))
        }
        if outcome.configuration?.takesSignedKnocks ?? false {
            // `KeyDirectory` checks the directory itself.
            let path = Files.absolutePath(outcome.options.keyDirectory)
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            if let fault = fault(of: parent) { tell(diagnostic(fault, decides: nil)) }
        }
        return diagnostics
    }

    /// A place and the severity reported for it.
    private struct Told: Hashable {
        let path: String
        let severity: Diagnostic.Severity
    }

    /// The harm that a change of a file can do.
    private enum Matter: String {
        case entry = "its lines open a door"
        case commands = "root runs its commands"
    }

    private static func diagnostic(_ fault: PathFault, decides matter: Matter?) -> Diagnostic {
        var severity = Diagnostic.Severity.error
        if matter == .entry, case .owner = fault.fault { severity = .warning }
        let message = matter.map { "\(fault.message); \($0.rawValue)" } ?? fault.message
        return Diagnostic(severity: severity, file: fault.path, line: 0, column: 0, message: message)
    }

    private static func fault(of path: String) -> PathFault? {
        do throws(PathFault) {
            try FileTrust.check(path)
            return nil
        } catch {
            return error
        }
    }
}
