import Events
package import Keys
package import Ledger

/// The keys by their last valid files, with their state by the clock. It holds no secret, only keys derived from one.
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

    /// The generations of each key, the newest last.
    private var byKey: [KeyName: [Generation]] = [:]
    private var keyOf: [GenerationID: KeyName] = [:]
    package private(set) var uses: [GenerationID: KeyUse] = [:]

    package init() {}

    // MARK: State

    package var keyCount: Int { byKey.count }
    package var names: Set<KeyName> { Set(byKey.keys) }

    /// The server that a key is for; nil if the key is unknown.
    package func server(of key: KeyName) -> KeyName? { byKey[key]?.first?.server }

    /// The key of each generation. No other file may claim these ids.
    package var idsInUse: [GenerationID: KeyName] { keyOf }

    /// All generations, in a stable order.
    package var all: [Generation] { byKey.keys.sorted().flatMap { byKey[$0] ?? [] } }

    package subscript(id: GenerationID) -> Generation? {
        keyOf[id].flatMap { byKey[$0] }?.first { $0.id == id }
    }

    /// All generations of the same key.
    package func siblings(of id: GenerationID) -> [Generation] { keyOf[id].flatMap { byKey[$0] } ?? [] }

    package func standing(of generation: Generation, at now: UnixSeconds) -> KeyGeneration.Standing {
        generation.state.standing(at: now, successorFirstUsed: successorFirstUsed(generation))
    }

    /// Whether a hold of this key that was made with this generation is no longer valid.
    ///
    /// That is so if the generation was revoked, or is gone from the key's file: it may have been revoked and pruned
    /// between two readings. If the key has no file, nothing is known, and the hold stays valid.
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

    /// Reason to warn of a retiring generation while no newer one was used.
    package enum Unused: Equatable {
        /// It retires soon, at this time.
        case retires(UnixSeconds)
        /// It retires once a newer one is used, and no use is known.
        case awaitsUse
    }

    /// Returns why to warn of a retiring generation while no newer one was used; nil if there is no reason.
    ///
    /// A generation with an end is reported in the last quarter of its grace, at most three days long. One that retires
    /// by use is always reported.
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

    // MARK: Changes

    /// Replaces the keys, except those that are kept as they are.
    package mutating func take(_ keys: [Key], keeping kept: Set<KeyName>) throws(CryptoError) {
        var new = byKey.filter { kept.contains($0.key) }
        for key in keys where !kept.contains(key.name) { new[key.name] = try generations(of: key) }
        byKey = new
        keyOf = Dictionary(new.values.joined().map { ($0.id, $0.key) }) { first, _ in first }
    }

    private func generations(of key: Key) throws(CryptoError) -> [Generation] {
        var generations: [Generation] = []
        for generation in key.generations {
            // The id is derived from the same secret: if it is known, so are the other keys.
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

    /// Adds the uses that the ledger has.
    package mutating func restore(_ known: [GenerationID: KeyUse]) {
        uses.merge(known) { $0.joined(with: $1) }
    }

    /// Notes that a knock of this generation was accepted. True if it was the first.
    package mutating func used(_ id: GenerationID, at now: UnixSeconds) -> Bool {
        let isFirst = uses[id] == nil
        uses[id] = uses[id]?.adding(now) ?? KeyUse(firstUsed: now, lastUsed: now)
        return isFirst
    }
}
