/// The version of Postern.
package enum Version {
    package static let number = "0.2.0"

    /// The line that a program prints for `--version`.
    package static func line(of program: String) -> String { "\(program) (Postern) \(number)" }
}
