/// Which version of Postern this is.
package enum Version {
    package static let number = "0.2.0"

    /// What a program prints for `--version`.
    package static func line(of program: String) -> String { "\(program) (Postern) \(number)" }
}
