package import Configuration
import Linux

/// Reading the configuration file, and saying what is wrong with it.
package enum ConfigurationLoading {
    /// Reads a file. What is wrong with it goes to standard error; nil if it cannot be used.
    ///
    /// - Parameter withWarnings: whether standard error is also told what the file can be used with all the same.
    package static func load(_ path: String, withWarnings: Bool) -> Configuration? {
        let content: [UInt8]
        do {
            content = try Files.read(path)
        } catch {
            let advice = error.isMissingFile ? "; name the configuration file with -c FILE" : ""
            Output.printError("\(path): \(error.reason)\(advice)")
            return nil
        }
        let outcome = ConfigurationReader.read(content, file: path)
        for diagnostic in outcome.diagnostics where withWarnings || diagnostic.severity == .error {
            Output.printError(diagnostic.description)
        }
        return outcome.configuration
    }

    /// Checks a file and says so: the exit status of `knockd --check`. Nothing else is touched.
    package static func check(_ path: String) -> Int32 {
        guard let configuration = load(path, withWarnings: true) else { return 1 }
        Output.print("\(path): good, \(configuration.doors.count) doors")
        return 0
    }
}
