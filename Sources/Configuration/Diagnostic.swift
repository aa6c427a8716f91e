import Base

/// An error or a warning about a configuration file, with its place.
package struct Diagnostic: Equatable, Sendable, CustomStringConvertible {
    /// Whether the file cannot be used (error) or can (warning).
    package enum Severity: Equatable, Sendable {
        case error
        case warning
    }

    package let severity: Severity
    package let file: String
    /// Starts at 1; zero means the whole file.
    package let line: Int
    /// In bytes, starting at 1.
    package let column: Int
    /// The fault, and the text to write instead.
    package let message: String

    /// `FILE:LINE:COLUMN: what is wrong; what to write instead`
    package var description: String {
        let place = line == 0 ? file : "\(file):\(line):\(column)"
        return PrintableText.line("\(place): \(severity == .warning ? "warning: " : "")\(message)")
    }

    /// Merges diagnostics with the same message, which mostly have one cause. The first of them names the lines of the
    /// others.
    static func saidOnce(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        var groups: [String: [Diagnostic]] = [:]
        for diagnostic in diagnostics { groups[diagnostic.message, default: []].append(diagnostic) }
        return groups.values.map { $0[0].naming($0.dropFirst()) }
    }

    private func naming(_ others: ArraySlice<Diagnostic>) -> Diagnostic {
        // Name a line once even if it has two of them.
        var places: [String] = []
        for other in others {
            let place = other.file == file ? "line \(other.line)" : "\(other.file):\(other.line)"
            if !places.contains(place), other.file != file || other.line != line { places.append(place) }
        }
        guard !places.isEmpty else { return self }
        let most = ConfigurationLimits.listedPlaces
        let shown = places.count > most ? Array(places.prefix(most - 1)) : places
        let rest = places.count - shown.count
        let list = shown.joined(separator: ", ") + (rest == 0 ? "" : " and \(rest) more")
        var parts = message.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        parts[0] += " (also \(list))"
        return Diagnostic(
            severity: severity, file: file, line: line, column: column, message: parts.joined(separator: ";"))
    }
}
