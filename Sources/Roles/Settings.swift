/// What the command line asked for.
package struct Settings: Equatable, Sendable {
    package var configurationFile: String
    /// Nil where the command line does not say; then the configuration does.
    package var interface: String?
    package var logFile: String?
    package var onlyIPv4 = false
    package var isVerbose = false
    /// Whether log lines have the names of addresses beside them.
    package var looksUpNames = false

    package init(configurationFile: String) {
        self.configurationFile = configurationFile
    }
}
