package import Keys
import Linux

/// The key files of a directory: those that can be used, and what there is to say about the others.
///
/// A file spoils nothing but its own key; a directory that others can get at spoils all. Only files called `NAME.key` are
/// looked at.
package struct KeyDirectory: Equatable, Sendable {
    /// A key and its file.
    package struct Entry: Equatable, Sendable {
        package let key: Key
        /// Its path.
        package let file: String
    }

    /// As it was named.
    package let path: String
    /// By the keys' names.
    package internal(set) var entries: [Entry] = []
    /// The names that files bear whose keys are not used.
    package internal(set) var refused: Set<KeyName> = []
    /// Of these the ones whose keys are for another server than the one that was asked for.
    package internal(set) var foreign: Set<KeyName> = []
    /// Keys of `entries` that would not be used if none were in use: another file has one of their generations too.
    package internal(set) var doubtful: Set<KeyName> = []
    /// The names that files bear, usable or not, also where the directory is not; nil if nobody can tell.
    package internal(set) var present: Set<KeyName>?
    /// One or more for each key that is not used. The first is about the directory if that cannot be used.
    package internal(set) var diagnostics: [Diagnostic] = []
    /// Whether the directory itself can be used.
    package internal(set) var isUsable = true

    /// Reads a directory.
    ///
    /// - Parameters:
    ///   - serverName: the server that all keys must be for. Without it they must be for one and the same.
    ///   - anyServer: whether they may be for as many servers as they like, as a client's are.
    ///   - inUse: which key each generation belongs to that is in use now: of two files with one generation this one stays.
    ///   - allowExample: whether the published example key counts.
    ///   - severity: of the diagnostics.
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

    /// The server that the keys are for, the first's where they are for several; nil if there is no key.
    package var serverName: KeyName? { entries.first?.key.server }
}
