import Doors
import Linux

/// Whether others than root and the user of this process can change what a configuration says: what it says is run as
/// root, and its files of sequences and keys decide who is let in.
package enum ConfigurationTrust {
    /// A word for each file, or directory on the way to one, that others can change; an error but where the owner of
    /// one-time sequences is another user, who may be meant to make them.
    package static func diagnostics(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        let oneTime = Set(outcome.configuration?.doors.compactMap(\.oneTimeFile) ?? [])
        var places: Set<String> = []
        var diagnostics: [Diagnostic] = []
        for file in outcome.files {
            guard let fault = fault(of: file), places.insert(fault.path).inserted else { continue }
            diagnostics.append(diagnostic(fault, of: file, isOneTime: oneTime.contains(file)))
        }
        if outcome.configuration?.takesSignedKnocks ?? false {
            // The directory itself is looked at with its keys.
            let path = Files.absolutePath(outcome.options.keyDirectory)
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            if let fault = fault(of: parent), places.insert(fault.path).inserted {
                diagnostics.append(
                    Diagnostic(severity: .error, file: fault.path, line: 0, column: 0, message: fault.message))
            }
        }
        return diagnostics
    }

    private static func diagnostic(_ fault: PathFault, of file: String, isOneTime: Bool) -> Diagnostic {
        let what = isOneTime ? "who is let in" : "what root runs"
        var severity = Diagnostic.Severity.error
        if isOneTime, case .owner = fault.fault { severity = .warning }
        return Diagnostic(
            severity: severity, file: fault.path, line: 0, column: 0, message: "\(fault.message); it decides \(what)")
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
