import Configuration
import Keys
import Linux

/// The directory of a command's keys, and the facts known about them.
struct KeyPlace: Equatable {
    var directory: String
    /// The server that all keys must be for, if the configuration names it.
    var serverName: KeyName?
    /// The ledger that records the uses of the keys; nil if none is read.
    var stateFile: String?
    /// Whether a daemon uses these keys, so that all must be for one server.
    var isServers = false
}

/// The facts that knockctl needs from the system; tests replace them.
struct Environment {
    var isRoot = ThisProcess.isRoot
    var environment: (String) -> String? = { ThisProcess.variable($0) }
    /// Reads the place of the keys from a configuration file; nil if it is missing, or this user may not read it.
    var configured: (String) throws(ControlError) -> KeyPlace? = KeyPlace.read

    /// The place of the keys, with defaults for all that the command line leaves out.
    func place(_ source: KeySource, isImport: Bool) throws(ControlError) -> KeyPlace {
        switch source {
        case .directory(let directory):
            return KeyPlace(directory: directory)
        case .configuration(let file?):
            if let place = try configured(file) { return place }
            throw ControlError(
                .files, "\(file) cannot be read; name knockd's configuration with --config, or write --directory DIR")
        case .configuration(nil):
            let file = Configuration.defaultFile
            if let place = try configured(file), !isImport || Files.exists(place.directory) { return place }
            if isImport { return KeyPlace(directory: try clientDirectory()) }
            throw ControlError(
                .files,
                "\(file) cannot be read; write --config FILE, or --directory DIR (the keys that this user knocks with "
                    + "are in \(try clientDirectory()))")
        }
    }

    /// The directory in which `knock` looks for keys.
    private func clientDirectory() throws(ControlError) -> String {
        if isRoot { return ClientKeyDirectories.common }
        if let own = ClientKeyDirectories.own(variable: environment) { return own }
        throw ControlError(.files, "HOME is not set; write --directory DIR")
    }
}

extension KeyPlace {
    /// Reads a configuration file; nil if it is missing, or this user may not read it.
    static func read(_ file: String) throws(ControlError) -> KeyPlace? {
        try Configuration.read(file).map { KeyPlace($0, file: Files.absolutePath(file)) }
    }

    private init(_ configuration: Configuration, file: String) {
        directory = configuration.options.keyDirectory
        serverName = configuration.options.serverName
        stateFile = Files.resolvedPath(
            configuration.options.stateFile ?? Configuration.defaultStateFile(for: file))
        isServers = true
    }
}
