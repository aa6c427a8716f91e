import Base
import Configuration
import Keys
import Ledger

/// Runs commands about the keys of one directory.
struct KeyCommands {
    /// The output of a command.
    struct Result: Equatable {
        /// For standard output.
        var lines: [String] = []
        /// The content of a key file, for standard output. The code that writes it wipes it.
        var content: [UInt8] = []
        /// The reasons why the command is incomplete, for standard error.
        var complaints: [String] = []
        /// The change that a daemon with these keys has to apply; nil if nothing has changed.
        var change: KeyChange?
    }

    let place: KeyPlace
    let now: UnixSeconds
    let uses: KeyUses
    /// Asks the user at the terminal; nil if there is no terminal.
    var confirm: (String) -> Bool? = { _ in nil }

    func perform(_ command: KeyCommand) throws(ControlError) -> Result {
        switch command {
        case .add(let name, let server, let addresses): try add(name, server, addresses)
        case .list(let asJSON): try list(asJSON: asJSON)
        case .rotate(let name, let grace, let isForced): try rotate(name, grace, isForced: isForced)
        case .revoke(let name, let generation): try revoke(name, generation)
        case .prune: try prune()
        case .export(let name, _): try export(name)
        case .import(let file, let expected): try take(file, expected)
        }
    }

    private func add(_ name: KeyName, _ given: KeyName?, _ addresses: [HostAddress]) throws(ControlError) -> Result {
        let store = try KeyStore.locked(place.directory, makingIt: true)
        if store.contains(name) {
            throw ControlError(
                .refused, "\(store.path(of: name)) already exists; write another name, or run knockctl keys rotate")
        }
        let others = store.all.serverName
        guard let server = given ?? place.serverName ?? others else {
            throw ControlError(
                .usage, "the server of the key is unknown; write --server NAME, a name that only this host has")
        }
        if let expected = place.serverName ?? others, expected != server {
            throw ControlError(
                .refused,
                "the keys here are for the server \(expected), not \(server); leave --server out, or write that name")
        }
        let secret = try reaching { () throws(CryptoError) in try KeyCommands.newSecret() }
        var key = try reaching { () throws(CryptoError) in
            try Key(name: name, server: server, secret: secret, now: now)
        }
        key.addresses = addresses
        try store.save(key)
        return Result(
            lines: ["\(name): generation 1 is new, for the server \(server), in \(store.path(of: name))"],
            change: KeyChange(from: nil, to: key))
    }

    private func list(asJSON: Bool) throws(ControlError) -> Result {
        var (entries, complaints): ([KeyDirectory.Entry], [String]) = ([], [])
        do throws(ControlError) {
            let store = try KeyStore(place.directory)
            (entries, complaints) = (store.all.entries, store.diagnostics(place).map(\.description))
        } catch {
            // If the directory cannot be read, the generations that the daemon still has in force matter most.
            guard uses.inForce?.keys.contains(where: \.isFromMemory) ?? false else { throw error }
            complaints = [error.message]
        }
        let listing = KeyListing(entries: entries, uses: uses, now: now)
        return Result(
            lines: asJSON ? [listing.json] : listing.table, complaints: complaints + [uses.complaint].compactMap(\.self)
        )
    }

    private func rotate(_ name: KeyName, _ grace: Grace, isForced: Bool) throws(ControlError) -> Result {
        let store = try KeyStore.locked(place.directory)
        let key = try store.key(name)
        let secret = try reaching { () throws(CryptoError) in try KeyCommands.newSecret() }
        let rotated = try obeying(name) { () throws(KeyRotation.Refusal) in
            try key.rotated(
                secret: secret, retirement: grace.retirement(from: now), now: now, firstUses: uses.firstUses,
                isForced: isForced)
        }
        try store.save(rotated)
        let old = key.generations.filter { $0.state == .active }.map(\.number)
        let number = rotated.newest?.number ?? 0
        let change = KeyChange(from: key, to: rotated)
        guard !old.isEmpty else { return Result(lines: ["\(name): generation \(number) is new"], change: change) }
        let end =
            switch grace.retirement(from: now) {
            case .at(let moment): "until \(Timestamp.text(moment))"
            case .afterUse: "until an hour after the new one is first used"
            }
        return Result(
            lines: ["\(name): generation \(number) is new; \(Self.generations(old)) still valid \(end)"],
            change: change)
    }

    private func revoke(_ name: KeyName, _ number: Int?) throws(ControlError) -> Result {
        let store = try KeyStore.locked(place.directory)
        let key = try store.key(name)
        let revoked = try obeying(name) { () throws(KeyRotation.Refusal) in try key.revoked(number) }
        if revoked != key { try store.save(revoked) }
        let numbers = number.map { [$0] } ?? key.generations.map(\.number)
        return Result(
            lines: ["\(name): \(Self.generations(numbers)) revoked, for good"],
            change: KeyChange(from: key, to: revoked))
    }

    private func prune() throws(ControlError) -> Result {
        let store = try KeyStore.locked(place.directory)
        let all = store.all
        var result = Result(complaints: all.diagnostics.map(\.description) + [uses.complaint].compactMap(\.self))
        for key in all.entries.map(\.key) {
            let pruned = key.pruned(at: now, uses.firstUses)
            if pruned == key { continue }
            try store.save(pruned)
            let left = Set(pruned.generations.map(\.number))
            let gone = key.generations.map(\.number).filter { !left.contains($0) }
            result.lines.append("\(key.name): \(Self.generations(gone)) removed from \(store.path(of: key.name))")
        }
        if result.lines.isEmpty { result.lines = ["nothing to prune"] }
        return result
    }

    private func export(_ name: KeyName) throws(ControlError) -> Result {
        let key = try KeyStore(place.directory).key(name)
        let exported = try obeying(name) { () throws(KeyRotation.Refusal) in try key.exported(at: now) }
        return Result(content: try reaching { () throws(CryptoError) in try KeyFile.text(ofExport: exported, of: key) })
    }
}

extension KeyCommands {
    private static func newSecret() throws(CryptoError) -> SecretBytes {
        var bytes = try Crypto.randomBytes(WorkingKeys.size)
        return SecretBytes(taking: &bytes)
    }

    /// `generation 1 is`, `generations 1, 2 are`.
    static func generations(_ numbers: [Int]) -> String {
        let list = numbers.map(String.init).joined(separator: ", ")
        return numbers.count == 1 ? "generation \(list) is" : "generations \(list) are"
    }

    private func reaching<Value>(_ body: () throws(CryptoError) -> Value) throws(ControlError) -> Value {
        do throws(CryptoError) { return try body() } catch { throw ControlError(.files, error.description) }
    }

    func obeying<Value>(
        _ name: KeyName, _ body: () throws(KeyRotation.Refusal) -> Value
    ) throws(ControlError) -> Value {
        do throws(KeyRotation.Refusal) { return try body() } catch { throw ControlError(error, of: name) }
    }
}
