/// The settings of the command line.
package struct Settings: Equatable, Sendable {
    package var configurationFile: String
    /// Empty or nil if the command line does not name it. The configuration decides then.
    package var interfaces: [String] = []
    package var logFile: String?
    package var pidFile: String?
    package var stateFile: String?
    package var onlyIPv4 = false
    package var isVerbose = false
    package var isDebugging = false
    /// Whether to run in the background once the start is complete.
    package var isDaemon = false
    /// Whether to look up names of addresses for log lines.
    package var looksUpNames = false

    package init(configurationFile: String) {
        self.configurationFile = configurationFile
    }
}
