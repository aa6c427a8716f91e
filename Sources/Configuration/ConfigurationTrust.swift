import Doors
import Linux

/// Whether others than root and the user of this process can change what a configuration says: what it says is run as
/// root, and its files of sequences and keys decide who is let in.
package enum ConfigurationTrust {
    /// A word for each file, or directory on the way to one, that others can change; an error but where the owner of
    /// one-time sequences is another user, who may be meant to make them.
    package static func diagnostics(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        let oneTime = Set(outcome.configuration?.doors.compactMap(\.oneTimeFile) ?? [])
        // Each place once: a doubt about it must not hide a fault in it.
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
            // The directory itself is looked at with its keys.
            let path = Files.absolutePath(outcome.options.keyDirectory)
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            if let fault = fault(of: parent) { tell(diagnostic(fault, decides: nil)) }
        }
        return diagnostics
    }

    /// What was told of a place.
    private struct Told: Hashable {
        let path: String
        let severity: Diagnostic.Severity
    }

    /// What a file decides.
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
