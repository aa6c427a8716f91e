import Base

/// A fault of a key file, with its position. It never quotes a secret.
package struct KeyFileFault: Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// Counted from 1; zero for the whole file.
    package let line: Int
    /// Counted in bytes from 1.
    package let column: Int
    /// The fault, and what to write instead.
    package let message: String

    /// `FILE:LINE:COLUMN: what is wrong; what to write instead`
    package var description: String {
        PrintableText.line(line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)")
    }
}
