import Configuration
import Keys
import Linux

/// Imports a key file.
///
/// The author of the file chose all its contents, so the name of a new key must be the expected one. An existing key is
/// changed only if the file proves that it comes from a holder of that key, as files of `export` do, or if the user
/// asks to replace it.
extension KeyCommands {
    func take(_ file: String, _ expected: ImportExpectation) throws(ControlError) -> Result {
        var (theirs, continuity) = try Self.read(file)
        let name = theirs.name
        try check(theirs, expected)
        let isAsked = try ask(theirs, expected)
        let store = try KeyStore.locked(place.directory, makingIt: true)
        let all = store.all
        try refuseStranger(theirs, among: all)
        try refuseTwin(of: theirs, among: all)
        let isHere = store.contains(name)
        if expected.name == nil, !isAsked, !isHere || expected.replaces {
            // The key was added or removed after the question.
            throw ControlError(.refused, "\(store.path(of: name)) has changed meanwhile; try again")
        }
        if !expected.addresses.isEmpty, !isHere || expected.replaces { theirs.addresses = expected.addresses }
        guard isHere else {
            try store.save(theirs)
            let numbers = Self.generations(theirs.generations.map(\.number))
            let line = "\(name): \(numbers) new, for the server \(theirs.server), in \(store.path(of: name))"
            return Result(
                lines: [line] + Self.note(theirs, among: all), change: KeyChange(from: nil, to: theirs))
        }
        let ours = try store.key(name)
        return expected.replaces
            ? try replace(ours, theirs, expected, in: store) : try merge(ours, theirs, continuity, expected, in: store)
    }

    private func merge(
        _ ours: Key, _ theirs: Key, _ continuity: KeyContinuity, _ expected: ImportExpectation, in store: KeyStore
    ) throws(ControlError) -> Result {
        let name = ours.name
        let merge = try obeying(name) { () throws(KeyRotation.Refusal) in
            let merge = try ours.merged(with: theirs)
            if merge.key != ours { try ours.accepts(theirs, continuity) }
            try merge.checkJumps(from: ours.newest?.number ?? 0)
            return merge
        }
        var key = merge.key
        if !expected.addresses.isEmpty { key.addresses = expected.addresses }
        let leftOut = "\(Self.generations(merge.leftOut)) skipped, older than the newest here"
        if key == ours {
            let rest =
                merge.leftOut.isEmpty ? "" : "; \(leftOut); write --name \(name) --replace if the file is right"
            throw ControlError(.unchanged, "\(name): nothing is new\(rest)")
        }
        try store.save(key)
        var lines: [String] = []
        if !merge.added.isEmpty {
            lines.append("\(name): \(Self.generations(merge.added)) new, in \(store.path(of: name))")
        }
        if !merge.revoked.isEmpty { lines.append("\(name): \(Self.generations(merge.revoked)) revoked, for good") }
        if !merge.leftOut.isEmpty { lines.append("\(name): \(leftOut)") }
        if key.addresses != ours.addresses {
            lines.append("\(name): its knocks now go only to \(KeyFile.addressList(key.addresses))")
        }
        return Result(
            lines: lines.isEmpty ? ["\(name): updated, in \(store.path(of: name))"] : lines,
            change: KeyChange(from: ours, to: key))
    }

    private func replace(
        _ ours: Key, _ theirs: Key, _ expected: ImportExpectation, in store: KeyStore
    ) throws(ControlError) -> Result {
        let name = ours.name
        let key = try obeying(name) { () throws(KeyRotation.Refusal) in
            if ours.server != theirs.server, expected.server == nil { throw .otherServer(theirs.server) }
            return try ours.replaced(by: theirs)
        }
        if key == ours { throw ControlError(.unchanged, "\(name): nothing is new") }
        try store.save(key)
        let old = ours.generations.map { "\($0.number)" }.joined(separator: ", ")
        let noun = ours.generations.count == 1 ? "generation" : "generations"
        let numbers = Self.generations(theirs.generations.map(\.number))
        return Result(
            lines: [
                "\(name): \(numbers) new, for the server \(theirs.server), replacing \(noun) \(old), in "
                    + store.path(of: name)
            ], change: KeyChange(from: ours, to: key))
    }

    // MARK: What was expected

    private func check(_ theirs: Key, _ expected: ImportExpectation) throws(ControlError) {
        if ExampleKey.isExample(theirs) {
            throw ControlError(
                .refused, "this is the published example key, which everybody has; use a key of your own")
        }
        if let name = expected.name, name != theirs.name {
            throw ControlError(
                .refused, "this is the key \(theirs.name), not \(name); export \(name), or write --name \(theirs.name)")
        }
        if let server = expected.server, server != theirs.server {
            throw ControlError(
                .refused,
                "\(theirs.name): this key is for the server \(theirs.server), not \(server); check where the file comes from"
            )
        }
    }

    /// Asks the user about a new or replacing key that the command line does not name. Returns whether it has asked;
    /// throws if the user refuses.
    private func ask(_ theirs: Key, _ expected: ImportExpectation) throws(ControlError) -> Bool {
        if expected.name != nil { return false }
        let isHere = (try? KeyStore(place.directory))?.contains(theirs.name) ?? false
        if isHere, !expected.replaces { return false }
        let numbers = theirs.generations.map { "\($0.number)" }.joined(separator: ", ")
        let noun = theirs.generations.count == 1 ? "generation" : "generations"
        let question =
            "\(isHere ? "replace" : "import") the key \(theirs.name) for the server \(theirs.server) (\(noun) \(numbers)) "
            + "in \(place.directory)? [y/N] "
        switch confirm(question) {
        case true?: return true
        case false?: throw ControlError(.refused, "\(theirs.name): not imported")
        case nil:
            throw ControlError(
                .refused,
                "the file says that it is the key \(theirs.name) for the server \(theirs.server); write --name \(theirs.name) "
                    + "if you expect that key")
        }
    }

    /// Throws if the key would make all keys of a daemon unusable because it is for another server.
    private func refuseStranger(_ key: Key, among all: KeyDirectory) throws(ControlError) {
        guard place.isServers, let server = place.serverName ?? all.serverName, server != key.server else { return }
        throw ControlError(
            .refused,
            "this key is for the server \(key.server), and \(place.directory) holds the keys of the server \(server); "
                + "write --directory \(ClientKeyDirectories.common) for a key that this host knocks with")
    }

    private func refuseTwin(of key: Key, among all: KeyDirectory) throws(ControlError) {
        let ids = Set(key.generations.map(\.id))
        for entry in all.entries where entry.key.name != key.name {
            if entry.key.generations.contains(where: { ids.contains($0.id) }) {
                throw ControlError(.refused, "this key is here already, as \(entry.file); a key has one name")
            }
        }
    }

    /// A note that `knock` needs the name of the key, because there are two keys for one server.
    private static func note(_ key: Key, among all: KeyDirectory) -> [String] {
        guard let other = all.entries.first(where: { $0.key.server == key.server && $0.key.name != key.name }) else {
            return []
        }
        return ["\(key.name): \(other.key.name) is for the server \(key.server) too; name one of them with knock --key"]
    }

    // MARK: The file

    /// The progress line of a command that waits for its input.
    static func waiting(for name: String) -> String { "waiting for a key file from \(name)" }

    private static func read(_ file: String) throws(ControlError) -> (Key, KeyContinuity) {
        var content: [UInt8]
        let name = file == "-" ? "standard input" : file
        do throws(SystemError) {
            let limit = KeysLimits.fileBytes
            if Input.makesWait(file) { Output.printError("knockctl: \(waiting(for: name))") }
            content = file == "-" ? try Files.readSecretInput(limit: limit) : try Files.readSecret(file, limit: limit)
        } catch {
            throw ControlError(.files, "\(name): \(error.reason); name a file that knockctl keys export has written")
        }
        defer { SecretBytes.wipe(&content) }
        if content.isEmpty {
            throw ControlError(.files, "\(name) is empty; look for an error of the command that should have written it")
        }
        return (try KeyStore.key(content, file: name), KeyContinuity(reading: content))
    }
}
