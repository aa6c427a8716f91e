/// Something to say about a configuration file, at its place in it.
package struct Diagnostic: Equatable, Sendable, CustomStringConvertible {
    /// Whether the file can be used all the same.
    package enum Severity: Equatable, Sendable {
        case error
        case warning
    }

    package let severity: Severity
    package let file: String
    /// Counted from 1; zero where the whole file is meant.
    package let line: Int
    /// In bytes, counted from 1.
    package let column: Int
    /// What is wrong; what to write instead.
    package let message: String

    /// `FILE:LINE:COLUMN: what is wrong; what to write instead`
    package var description: String {
        let place = line == 0 ? file : "\(file):\(line):\(column)"
        return "\(place): \(severity == .warning ? "warning: " : "")\(message)"
    }
}
