import Base
import Configuration
import Keys
import Linux

/// Reads and changes the files of a key directory.
struct KeyStore {
    /// The longest time to wait for another knockctl.
    private static let patience: Milliseconds = 10_000

    private let directory: PrivateDirectory

    /// Opens a directory to read it.
    init(_ path: String) throws(ControlError) {
        do throws(PrivacyFault) {
            directory = try PrivateDirectory(path)
        } catch {
            throw ControlError(.files, "\(path): \(error.message(of: path, isDirectory: true))")
        }
    }

    /// Opens a directory to change it, and locks out other knockctl processes as long as this value exists.
    static func locked(_ path: String, makingIt isMade: Bool = false) throws(ControlError) -> KeyStore {
        do throws(SystemError) {
            if isMade { try PrivateDirectory.make(path) }
        } catch {
            throw ControlError(.files, error.description)
        }
        let store = try KeyStore(path)
        do throws(SystemError) {
            try store.directory.lock(waiting: patience)
        } catch {
            guard error.code == PrivateDirectory.isBusy else { throw ControlError(.files, error.description) }
            throw ControlError(.files, "\(path): another knockctl is using this directory; try again when it has ended")
        }
        return store
    }

    func path(of name: KeyName) -> String { directory.path("\(name)\(KeyFile.suffix)") }

    func contains(_ name: KeyName) -> Bool { directory.contains("\(name)\(KeyFile.suffix)") }

    /// All keys, for any server.
    var all: KeyDirectory { KeyDirectory.read(directory.path, anyServer: true, allowExample: true, severity: .error) }

    /// The diagnostics that a daemon would give for the keys.
    func diagnostics(_ place: KeyPlace) -> [Diagnostic] {
        KeyDirectory.read(
            directory.path, serverName: place.serverName, anyServer: !place.isServers, severity: .error
        ).diagnostics
    }

    func key(_ name: KeyName) throws(ControlError) -> Key {
        guard contains(name) else {
            throw ControlError(
                .notFound, "there is no key \(name) in \(directory.path); knockctl keys list shows the keys")
        }
        var content: [UInt8]
        do throws(PrivacyFault) {
            content = try directory.read("\(name)\(KeyFile.suffix)", limit: KeysLimits.fileBytes)
        } catch {
            throw ControlError(.files, "\(path(of: name)): \(error.message(of: path(of: name), isDirectory: false))")
        }
        defer { SecretBytes.wipe(&content) }
        let key = try Self.key(content, file: path(of: name))
        if key.name == name { return key }
        throw ControlError(.files, "\(path(of: name)): the key in it is named \(key.name); name the file after it")
    }

    func save(_ key: Key) throws(ControlError) {
        var text = KeyFile.text(of: key)
        defer { SecretBytes.wipe(&text) }
        // No closure here: it would hold a copy, and only the copy would be wiped.
        do throws(SystemError) {
            try directory.replace("\(key.name)\(KeyFile.suffix)", with: text)
        } catch {
            throw ControlError(.files, error.description)
        }
    }

    /// Reads a key from a file's content.
    static func key(_ content: [UInt8], file: String) throws(ControlError) -> Key {
        switch KeyFile.read(content, file: file) {
        case .key(let key): return key
        case .faults(let faults):
            throw ControlError(.files, faults.map(\.description).joined(separator: "\n"))
        }
    }
}
