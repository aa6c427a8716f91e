import Base
import Keys
import Linux

/// Reads the files of a key directory, and decides which of their keys can be used together.
struct KeyDirectoryReader {
    private(set) var result: KeyDirectory
    private let severity: Diagnostic.Severity
    private let allowExample: Bool

    init(_ path: String, severity: Diagnostic.Severity, allowExample: Bool) {
        result = KeyDirectory(path: path)
        self.severity = severity
        self.allowExample = allowExample
    }

    mutating func readFiles() {
        do throws(PrivacyFault) {
            let directory = try PrivateDirectory(result.path)
            for name in try names(in: directory) { read(name, in: directory) }
        } catch {
            result.isUsable = false
            result.entries = []
            result.present = Self.namesInSpite(of: error, result.path)
            say(result.path, error.message(of: result.path, isDirectory: true))
        }
        result.entries.sort { $0.key.name < $1.key.name }
    }

    /// The names of the key files in a directory that cannot be used. They show which keys were removed, since a
    /// removed key ends even then.
    private static func namesInSpite(of fault: PrivacyFault, _ path: String) -> Set<KeyName>? {
        if case .system(let error) = fault, error.isMissingFile { return [] }
        guard let names = try? PrivateDirectory(path, mayBeShared: true).names() else { return nil }
        return keyNames(names)
    }

    private static func keyNames(_ files: some Sequence<String>) -> Set<KeyName> {
        Set(
            files.compactMap { $0.hasSuffix(KeyFile.suffix) ? KeyName(String($0.dropLast(KeyFile.suffix.count))) : nil }
        )
    }

    private mutating func names(in directory: PrivateDirectory) throws(PrivacyFault) -> ArraySlice<String> {
        let names: [String]
        do {
            names = try directory.names().filter { $0.hasSuffix(KeyFile.suffix) }
        } catch {
            throw .system(error)
        }
        result.present = Self.keyNames(names)
        let most = ConfigurationLimits.keyFiles
        if names.count > most {
            say(
                result.path,
                "there are \(names.count) keys, and only \(most) are used; run knockctl keys list, and move some")
            names.dropFirst(most).forEach { refuse(named: $0) }
        }
        return names.prefix(most)
    }

    private mutating func read(_ name: String, in directory: PrivateDirectory) {
        let file = directory.path(name)
        var content: [UInt8]
        do throws(PrivacyFault) {
            content = try directory.read(name, limit: KeysLimits.fileBytes)
        } catch {
            refuse(named: name)
            return say(file, error.message(of: file, isDirectory: false))
        }
        defer { SecretBytes.wipe(&content) }
        switch KeyFile.read(content, file: file) {
        case .faults(let faults):
            refuse(named: name)
            for fault in faults { say(file, fault.message, line: fault.line, column: fault.column) }
        case .key(let key):
            take(key, from: name, file: file, in: directory)
        }
    }

    private mutating func take(_ key: Key, from name: String, file: String, in directory: PrivateDirectory) {
        let right = "\(key.name)\(KeyFile.suffix)"
        if name != right {
            refuse(named: name)
            let command = "mv -n \(ShellWord.quoted(file)) \(ShellWord.quoted(directory.path(right)))"
            return say(file, "the name of the file differs from that of its key, \(key.name); run \(command)")
        }
        if ExampleKey.isExample(key), !allowExample {
            refuse(named: name)
            return say(file, "this is the published example key, which everybody has; run rm \(ShellWord.quoted(file))")
        }
        result.entries.append(KeyDirectory.Entry(key: key, file: file))
    }

    /// Leaves out the keys for another server than this. If none is given and the keys are for several servers, leaves
    /// out all.
    mutating func refuseOtherServers(than serverName: KeyName?) {
        if let serverName {
            result.foreign = Set(result.entries.map(\.key).filter { $0.server != serverName }.map(\.name))
            refuse { $0.key.server == serverName ? nil : Self.message(of: $0, otherThan: serverName) }
            return
        }
        let servers = Set(result.entries.map(\.key.server)).sorted()
        if servers.count > 1 {
            refuse { entry in
                "this key is for the server \(entry.key.server), others are for another; write ServerName = "
                    + "\(entry.key.server) in [options] if that is this host's, and move keys for other servers away"
            }
        }
    }

    private static func message(of entry: KeyDirectory.Entry, otherThan serverName: KeyName) -> String {
        "this key is for the server \(entry.key.server), and this is \(serverName); run rm \(ShellWord.quoted(entry.file)) "
            + "and knockctl keys add \(entry.key.name) --server \(serverName)"
    }

    /// Of the files that share a generation, keeps the one already in use, or none.
    mutating func refuseTwins(preferring inUse: [GenerationID: KeyName]) {
        var holders: [GenerationID: [KeyDirectory.Entry]] = [:]
        for entry in result.entries {
            for generation in entry.key.generations { holders[generation.id, default: []].append(entry) }
        }
        func twins(_ entry: KeyDirectory.Entry, _ counts: (KeyGeneration) -> Bool) -> [KeyDirectory.Entry] {
            entry.key.generations.filter(counts).compactMap { holders[$0.id]?.first { $0.file != entry.file } }
        }
        result.doubtful = Set(result.entries.filter { !twins($0, { _ in true }).isEmpty }.map(\.key.name))
        defer { result.doubtful.formIntersection(result.entries.map(\.key.name)) }
        refuse { entry in
            let twins = twins(entry) { inUse[$0.id] != entry.key.name }
            return twins.first.map { twin in
                "it has the same secret as \(twin.file); run rm on the copy of the two, and make each further device a "
                    + "key of its own with knockctl keys add"
            }
        }
    }

    /// Leaves out the keys for which the closure returns a message.
    private mutating func refuse(_ message: (KeyDirectory.Entry) -> String?) {
        var kept: [KeyDirectory.Entry] = []
        for entry in result.entries {
            if let message = message(entry) {
                result.refused.insert(entry.key.name)
                say(entry.file, message)
            } else {
                kept.append(entry)
            }
        }
        result.entries = kept
    }

    private mutating func refuse(named file: String) {
        if let name = KeyName(String(file.dropLast(KeyFile.suffix.count))) { result.refused.insert(name) }
    }

    private mutating func say(_ file: String, _ message: String, line: Int = 0, column: Int = 0) {
        result.diagnostics.append(
            Diagnostic(severity: severity, file: file, line: line, column: column, message: message))
    }
}
