import Events
package import Keys
package import Ledger

/// The keys as the daemon knows them: what their files last said that was good, and what follows from it by the clock. It
/// has no secret, only what is derived from them.
package struct Keyring {
    /// One generation of one key.
    package struct Generation {
        package let key: KeyName
        package let server: KeyName
        package let number: Int
        package let created: UnixSeconds
        package let state: KeyGeneration.State
        package let keys: WorkingKeys

        package var id: GenerationID { keys.id }
        var label: Event.KeyLabel { Event.KeyLabel(key, generation: number) }
    }

    /// By their keys, and by their numbers, the newest last.
    private var byKey: [KeyName: [Generation]] = [:]
    private var keyOf: [GenerationID: KeyName] = [:]
    package private(set) var uses: [GenerationID: KeyUse] = [:]

    package init() {}

    // MARK: What there is

    package var keyCount: Int { byKey.count }
    package var names: Set<KeyName> { Set(byKey.keys) }

    /// The server that a key is for; nil if there is no such key.
    package func server(of key: KeyName) -> KeyName? { byKey[key]?.first?.server }

    /// Which generation has which id: what another file may not claim.
    package var idsInUse: [GenerationID: KeyName] { keyOf }

    /// All generations, in an order of their own that does not change.
    package var all: [Generation] { byKey.keys.sorted().flatMap { byKey[$0] ?? [] } }

    package subscript(id: GenerationID) -> Generation? {
        keyOf[id].flatMap { byKey[$0] }?.first { $0.id == id }
    }

    /// All generations of the same key.
    package func siblings(of id: GenerationID) -> [Generation] { keyOf[id].flatMap { byKey[$0] } ?? [] }

    package func standing(of generation: Generation, at now: UnixSeconds) -> KeyGeneration.Standing {
        generation.state.standing(at: now, successorFirstUsed: successorFirstUsed(generation))
    }

    /// Whether a hold of this key, made by this generation, counts no more: the generation was revoked, or it has gone from
    /// the key's file, as one that was revoked and pruned before anybody looked. Of a file that is not there nothing is known.
    package func hasRevoked(_ id: GenerationID, of key: KeyName) -> Bool {
        if let generation = self[id] { return generation.state == .revoked }
        return byKey[key] != nil
    }

    /// When a generation newer than this one was first accepted.
    package func successorFirstUsed(_ generation: Generation) -> UnixSeconds? {
        siblings(of: generation.id).filter { $0.number > generation.number }.compactMap { uses[$0.id]?.firstUsed }.min()
    }

    /// The next moment at which a generation retires.
    package func nextEnd(after now: UnixSeconds) -> UnixSeconds? {
        byKey.values.joined().compactMap { $0.state.end(successorFirstUsed: successorFirstUsed($0)) }
            .filter { $0 > now }.min()
    }

    /// What is worth a warning of a generation that is retiring while no newer one was used.
    package enum Unused: Equatable {
        /// It retires soon.
        case retires(UnixSeconds)
        /// It retires once a newer one is used; nil of it is known.
        case awaitsUse
    }

    /// Whether a generation is retiring though no newer one was ever used: in the last quarter of its grace, at most three
    /// days long; one that retires by use, always.
    package func unused(_ generation: Generation, at now: UnixSeconds) -> Unused? {
        guard standing(of: generation, at: now) == .retiring, successorFirstUsed(generation) == nil else { return nil }
        switch generation.state {
        case .retiring(.at(let end)):
            let began = siblings(of: generation.id).last?.created ?? 0
            return end - now <= min(Self.longestWarning, max(end - began, 0) / 4) ? .retires(end) : nil
        case .retiring(.afterUse): return .awaitsUse
        case .active, .revoked: return nil
        }
    }

    private static let longestWarning: UnixSeconds = 3 * 86_400

    // MARK: What changes

    /// Goes by these keys from now on; of those that are kept, what is known stays.
    package mutating func take(_ keys: [Key], keeping kept: Set<KeyName>) throws(CryptoError) {
        var new = byKey.filter { kept.contains($0.key) }
        for key in keys where !kept.contains(key.name) { new[key.name] = try generations(of: key) }
        byKey = new
        keyOf = Dictionary(new.values.joined().map { ($0.id, $0.key) }) { first, _ in first }
    }

    private func generations(of key: Key) throws(CryptoError) -> [Generation] {
        var generations: [Generation] = []
        for generation in key.generations {
            // The id says all that the other keys could.
            let known = self[generation.id]?.keys
            let keys = if let known { known } else { try WorkingKeys(secret: generation.secret, server: key.server) }
            generations.append(
                Generation(
                    key: key.name, server: key.server, number: generation.number, created: generation.created,
                    state: generation.state,
                    keys: keys))
        }
        return generations
    }

    /// Takes what the ledger has of uses.
    package mutating func restore(_ known: [GenerationID: KeyUse]) {
        uses.merge(known) { $0.joined(with: $1) }
    }

    /// A knock of this generation was accepted. True if it was the first.
    package mutating func used(_ id: GenerationID, at now: UnixSeconds) -> Bool {
        let isFirst = uses[id] == nil
        uses[id] = uses[id]?.adding(now) ?? KeyUse(firstUsed: now, lastUsed: now)
        return isFirst
    }
}
