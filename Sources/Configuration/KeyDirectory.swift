package import Keys
import Linux

/// The key files of a directory: the usable keys, and diagnostics about the others.
///
/// A faulty file makes only its own key unusable. A directory that others can access makes all keys unusable. Only
/// files called `NAME.key` are read.
package struct KeyDirectory: Equatable, Sendable {
    /// A key and its file.
    package struct Entry: Equatable, Sendable {
        package let key: Key
        /// Its path.
        package let file: String
    }

    /// The path as given.
    package let path: String
    /// Sorted by the keys' names.
    package internal(set) var entries: [Entry] = []
    /// The names of key files whose keys are not used.
    package internal(set) var refused: Set<KeyName> = []
    /// Those of `refused` whose keys are for another server than the one asked for.
    package internal(set) var foreign: Set<KeyName> = []
    /// Keys of `entries` that are used only because they are in force already: another file has one of their
    /// generations too.
    package internal(set) var doubtful: Set<KeyName> = []
    /// The names of all key files, usable or not, even if the directory is not usable; nil if they cannot be listed.
    package internal(set) var present: Set<KeyName>?
    /// At least one for each key that is not used. If the directory cannot be used, the first is about it.
    package internal(set) var diagnostics: [Diagnostic] = []
    /// Whether the directory itself can be used.
    package internal(set) var isUsable = true

    /// Reads a directory.
    ///
    /// - Parameters:
    ///   - serverName: the server that all keys must be for. Without it, all must be for the same server.
    ///   - anyServer: whether keys for several servers are allowed, as for a client.
    ///   - inUse: the key of each generation in force now: if two files have one generation, this key stays.
    ///   - allowExample: whether the published example key is valid.
    ///   - severity: the severity of the diagnostics.
    package static func read(
        _ path: String, serverName: KeyName? = nil, anyServer: Bool = false,
        preferring inUse: [GenerationID: KeyName] = [:], allowExample: Bool = false,
        severity: Diagnostic.Severity = .warning
    ) -> KeyDirectory {
        var reader = KeyDirectoryReader(path, severity: severity, allowExample: allowExample)
        reader.readFiles()
        if !anyServer { reader.refuseOtherServers(than: serverName) }
        reader.refuseTwins(preferring: inUse)
        return reader.result
    }

    /// The server of the first key; nil if there is no key.
    package var serverName: KeyName? { entries.first?.key.server }
}
