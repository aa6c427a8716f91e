import Configuration
import Keys
import Linux

extension KeyWork {
    /// Takes over a key's file.
    func take(_ file: String) throws(ControlError) -> Result {
        let theirs = try Self.read(file)
        if ExampleKey.isExample(theirs) {
            throw ControlError(
                .refused, "this is the published example key, which everybody has: use a key of your own")
        }
        let store = try KeyStore.locked(place.directory, makingIt: true)
        let name = theirs.name
        let all = store.all
        try refuseStranger(theirs, among: all)
        try refuseTwin(of: theirs, among: all)
        guard store.contains(name) else {
            try store.save(theirs)
            let numbers = theirs.generations.map(\.number)
            return Result(lines: ["\(name): \(Self.generations(numbers)) new, in \(store.path(of: name))"])
        }
        let ours = try store.key(name)
        let merge = try obeying(name) { () throws(KeyRotation.Refusal) in try ours.merged(with: theirs) }
        if merge.key != ours { try store.save(merge.key) }
        var lines: [String] = []
        if !merge.added.isEmpty {
            lines.append("\(name): \(Self.generations(merge.added)) new, in \(store.path(of: name))")
        }
        if !merge.revoked.isEmpty { lines.append("\(name): \(Self.generations(merge.revoked)) revoked, for good") }
        if !merge.leftOut.isEmpty {
            lines.append("\(name): \(Self.generations(merge.leftOut)) left out, older than what is here")
        }
        return Result(lines: lines.isEmpty ? ["\(name): nothing is new"] : lines)
    }

    /// Among a daemon's keys, one for another server would keep all of them from being used.
    private func refuseStranger(_ key: Key, among all: KeyDirectory) throws(ControlError) {
        guard place.isServers, let server = place.serverName ?? all.serverName, server != key.server else { return }
        throw ControlError(
            .refused,
            "this key is for the server \(key.server), and \(place.directory) has those that clients knock at \(server) "
                + "with: write --directory /etc/knock/keys for a key that this host knocks with")
    }

    private func refuseTwin(of key: Key, among all: KeyDirectory) throws(ControlError) {
        let ids = Set(key.generations.map(\.id))
        for entry in all.entries where entry.key.name != key.name {
            if entry.key.generations.contains(where: { ids.contains($0.id) }) {
                throw ControlError(.refused, "this key is there already, as \(entry.file): a key has one name")
            }
        }
    }

    private static func read(_ file: String) throws(ControlError) -> Key {
        var content: [UInt8]
        let name = file == "-" ? "standard input" : file
        do throws(SystemError) {
            let limit = KeyFile.mostBytes
            content = file == "-" ? try Files.readSecretInput(limit: limit) : try Files.readSecret(file, limit: limit)
        } catch {
            throw ControlError(.files, "\(name): \(error.reason): name a file that knockctl keys export has written")
        }
        defer { SecretBytes.wipe(&content) }
        if content.isEmpty {
            throw ControlError(.files, "\(name) is empty: see what the command said that should have written it")
        }
        return try KeyStore.key(content, file: name)
    }
}
