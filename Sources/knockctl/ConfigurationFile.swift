import Configuration
import Linux

extension Configuration {
    /// Reads a configuration file; nil if it is missing, or this user may not read it.
    static func read(_ file: String) throws(ControlError) -> Configuration? {
        let content: [UInt8]
        do {
            content = try Files.read(file)
        } catch {
            return nil
        }
        let outcome = ConfigurationReader.read(content, file: file)
        if let configuration = outcome.configuration { return configuration }
        let lines = outcome.diagnostics.filter { $0.severity == .error }.map(\.description)
        throw ControlError(.files, lines.joined(separator: "\n") + "\ncorrect the file, or name another with --config")
    }
}
