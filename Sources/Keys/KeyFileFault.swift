import Base

/// Something that is wrong with a key file, at its place in it. It never quotes a secret.
package struct KeyFileFault: Equatable, Sendable, CustomStringConvertible {
    package let file: String
    /// Counted from 1; zero where the whole file is meant.
    package let line: Int
    /// In bytes, counted from 1.
    package let column: Int
    /// What is wrong; what to write instead.
    package let message: String

    /// `FILE:LINE:COLUMN: what is wrong; what to write instead`
    package var description: String {
        PrintableText.line(line == 0 ? "\(file): \(message)" : "\(file):\(line):\(column): \(message)")
    }
}
