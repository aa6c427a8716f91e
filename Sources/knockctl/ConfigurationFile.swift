import Configuration
import Linux

extension Configuration {
    /// What a configuration file says; nil where there is none, or none that this user may read.
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
