import Configuration
import Keys
import Linux

/// Where the keys are that a command is about, and what else is known of them.
struct KeyPlace: Equatable {
    var directory: String
    /// The server that all keys must be for, where the configuration says so.
    var serverName: KeyName?
    /// Where the ledger lies that knows when they were used; nil if none is to be read.
    var stateFile: String?
    /// Whether a daemon uses these keys: then they must be for one server.
    var isServers = false
}

/// What knockctl asks the system for, and what a test says in its place.
struct Environment {
    var isRoot = ThisProcess.isRoot
    var environment: (String) -> String? = { ThisProcess.variable($0) }
    /// What a configuration file says; nil where there is none, or none that this user may read.
    var configured: (String) throws(ControlError) -> KeyPlace? = KeyPlace.read

    /// What is used unless the command line says otherwise.
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

    /// Where `knock` looks for keys.
    private func clientDirectory() throws(ControlError) -> String {
        if isRoot { return ClientKeyDirectories.common }
        if let own = ClientKeyDirectories.own(variable: environment) { return own }
        throw ControlError(.files, "HOME is not set; write --directory DIR")
    }
}

extension KeyPlace {
    /// What a configuration file says; nil where there is none, or none that this user may read.
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
