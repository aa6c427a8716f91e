/// What the command line asked for.
package struct Settings: Equatable, Sendable {
    package var configurationFile: String
    /// Empty or nil where the command line does not say; then the configuration does.
    package var interfaces: [String] = []
    package var logFile: String?
    package var pidFile: String?
    package var stateFile: String?
    package var onlyIPv4 = false
    package var isVerbose = false
    package var isDebugging = false
    /// Whether to go on in the background once all is well.
    package var isDaemon = false
    /// Whether log lines have the names of addresses beside them.
    package var looksUpNames = false

    package init(configurationFile: String) {
        self.configurationFile = configurationFile
    }
}
