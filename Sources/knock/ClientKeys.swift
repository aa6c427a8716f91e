import Base
import Keys
import Linux

/// A reason why there is no key to sign with.
enum KeyTrouble: Error, Equatable {
    /// These directories hold no key of this name.
    case missing(KeyName, directories: [String])
    /// These directories hold no key for this host.
    case noneFor(host: String, directories: [String])
    case severalFor(host: String, names: [KeyName])
    case noGeneration(Int, of: KeyName, known: [Int])
    case allRevoked(KeyName)
    case example(file: String)
    /// Other users can access a directory or a file.
    case notPrivate(path: String, PrivacyFault, isDirectory: Bool)
    case unreadable(path: String, PrivacyFault, isDirectory: Bool)
    case faulty([KeyFileFault])
}

/// The keys of the user who runs the client.
struct ClientKeys {
    /// The directories to search. A key in an earlier one wins.
    let directories: [String]

    /// The key directory of the user, if known, and that of the whole machine.
    ///
    /// - Parameter variable: returns the value of an environment variable.
    static func directories(variable: (String) -> String?) -> [String] {
        [ClientKeyDirectories.own(variable: variable), ClientKeyDirectories.common].compactMap(\.self)
    }

    /// The secret for a request, and the facts about its key.
    struct Found {
        let secret: SecretBytes
        let server: KeyName
        /// The addresses that its knocks may go to; empty means any.
        let addresses: [HostAddress]
        let file: String
    }

    /// Finds the key for a request.
    func find(_ request: SignedRequest) throws(KeyTrouble) -> Found {
        let (key, file) = try key(request)
        let generation = try Self.generation(request.signer.generation, of: key)
        if !request.signer.allowsExample, ExampleKey.isExample(generation.secret) { throw .example(file: file) }
        return Found(secret: generation.secret, server: key.server, addresses: key.addresses, file: file)
    }

    private func key(_ request: SignedRequest) throws(KeyTrouble) -> (key: Key, file: String) {
        switch request.signer.key {
        case .file(let path):
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            // If the user names a file, its directory may be open to others.
            let parent = path[..<slash].isEmpty ? "/" : String(path[..<slash])
            let directory = try Self.open(parent, mayBeShared: true)
            return (try Self.read(String(path[path.index(after: slash)...]), in: directory), path)
        case .named(let name): return try named(name)
        case .byHost: return try only(for: request.host)
        }
    }

    private func named(_ name: KeyName) throws(KeyTrouble) -> (key: Key, file: String) {
        let file = "\(name)\(KeyFile.suffix)"
        var trouble: KeyTrouble?
        for path in directories {
            guard let directory = try Self.openIfThere(path, &trouble), directory.contains(file) else { continue }
            return (try Self.read(file, in: directory), directory.path(file))
        }
        throw trouble ?? .missing(name, directories: directories)
    }

    /// The only key for this server. Faults of other keys are reported only if there is no such key.
    private func only(for host: String) throws(KeyTrouble) -> (key: Key, file: String) {
        var found: [(key: Key, file: String)] = []
        var trouble: KeyTrouble?
        for path in directories {
            guard let directory = try Self.openIfThere(path, &trouble) else { continue }
            for name in (try? directory.names()) ?? [] where name.hasSuffix(KeyFile.suffix) {
                do throws(KeyTrouble) {
                    let key = try Self.read(name, in: directory)
                    // A key of the same name in an earlier directory wins.
                    guard key.server.description == host, !found.contains(where: { $0.key.name == key.name }) else {
                        continue
                    }
                    found.append((key, directory.path(name)))
                } catch {
                    trouble = trouble ?? error
                }
            }
        }
        if found.count > 1 { throw .severalFor(host: host, names: found.map(\.key.name)) }
        guard let one = found.first else { throw trouble ?? .noneFor(host: host, directories: directories) }
        return one
    }

    private static func generation(_ number: Int?, of key: Key) throws(KeyTrouble) -> KeyGeneration {
        if let number {
            if let named = key.generations.first(where: { $0.number == number }) { return named }
            throw .noGeneration(number, of: key.name, known: key.generations.map(\.number))
        }
        guard let newest = key.generations.last(where: { $0.state != .revoked }) else { throw .allRevoked(key.name) }
        return newest
    }

    // MARK: Files

    /// Opens a directory; nil if it is missing or this user may not read it. The machine's keys may be root's, so a
    /// denied directory is an error only if no key is found elsewhere.
    private static func openIfThere(
        _ path: String, _ trouble: inout KeyTrouble?
    ) throws(KeyTrouble) -> PrivateDirectory? {
        do throws(KeyTrouble) {
            return try open(path, mayBeShared: false)
        } catch .unreadable(_, .system(let error), _) where error.isMissingFile {
            return nil
        } catch {
            guard error.isDenied else { throw error }
            trouble = trouble ?? error
            return nil
        }
    }

    private static func open(_ path: String, mayBeShared: Bool) throws(KeyTrouble) -> PrivateDirectory {
        do throws(PrivacyFault) {
            return try PrivateDirectory(path, mayBeShared: mayBeShared)
        } catch {
            throw KeyTrouble(error, path, isDirectory: true)
        }
    }

    private static func read(_ name: String, in directory: PrivateDirectory) throws(KeyTrouble) -> Key {
        let path = directory.path(name)
        var content: [UInt8]
        do throws(PrivacyFault) {
            content = try directory.read(name, limit: KeysLimits.fileBytes)
        } catch {
            throw KeyTrouble(error, path, isDirectory: false)
        }
        defer { SecretBytes.wipe(&content) }
        switch KeyFile.read(content, file: path) {
        case .key(let key): return key
        case .faults(let faults): throw .faulty(faults)
        }
    }
}

extension KeyTrouble {
    /// Whether this user may not read there.
    fileprivate var isDenied: Bool {
        if case .unreadable(_, .system(let error), _) = self { error.isDenied } else { false }
    }

    fileprivate init(_ fault: PrivacyFault, _ path: String, isDirectory: Bool) {
        switch fault {
        case .mode, .writable, .owner: self = .notPrivate(path: path, fault, isDirectory: isDirectory)
        case .system, .link, .otherKind: self = .unreadable(path: path, fault, isDirectory: isDirectory)
        }
    }
}
