/// The rules by which generations of a key are added, retired, revoked and removed. Each change returns a new key; an
/// impossible change throws, and leaves the key as it was.
package enum KeyRotation {
    /// Why a key cannot be changed, or exported.
    package enum Refusal: Error, Equatable, Sendable {
        /// This generation is still retiring, until the given time if that is known: its holder may not have the newest
        /// yet.
        case graceIsRunning(generation: Int, until: UnixSeconds?)
        /// The end would be later than any time that a key file can express.
        case graceIsTooLong
        /// There is no room for another generation.
        case isFull
        /// The newest generation already has the greatest number allowed.
        case isLast(Int)
        case noGeneration(Int)
        /// The newest generation is not valid.
        case newestIsGone(KeyGeneration.Standing)
        /// The other key is for another server.
        case otherServer(KeyName)
        /// The other key has another secret under this number, or this secret under another number.
        case otherSecret(Int)
        /// A new number is further above the one before it than rotations lead.
        case jump(from: Int, to: Int)
        /// There is no proof that a holder of this key wrote the other file.
        case noContinuity
        /// The other key brings back a generation that was revoked here.
        case revokedBefore(Int)
        case crypto(CryptoError)
    }

    /// The result of merging another file's generations.
    package struct Merge: Equatable, Sendable {
        package let key: Key
        /// The numbers of new generations.
        package var added: [Int] = []
        /// The numbers of generations that the merge revokes.
        package var revoked: [Int] = []
        /// The numbers that were ignored: unknown, and older than the newest.
        package var leftOut: [Int] = []

        /// Throws if the number of a new generation is too far above the one before it.
        ///
        /// - Parameter newest: the greatest number before the merge.
        package func checkJumps(from newest: Int) throws(Refusal) {
            var last = newest
            for number in added {
                if number - last > KeysLimits.numberJump { throw .jump(from: last, to: number) }
                last = number
            }
        }
    }

    /// When each generation was first accepted, as far as known.
    package typealias FirstUses = [GenerationID: UnixSeconds]
}

extension Key {
    /// A new key with one generation.
    package init(name: KeyName, server: KeyName, secret: SecretBytes, now: UnixSeconds) throws(CryptoError) {
        let first = try KeyGeneration(number: 1, secret: secret, server: server, created: now)
        self.init(name: name, server: server, generations: [first])
    }

    /// The generation with the greatest number.
    package var newest: KeyGeneration? { generations.last }

    /// When a generation newer than this number was first accepted; nil if none was.
    package func successorFirstUsed(of number: Int, _ firstUses: KeyRotation.FirstUses) -> UnixSeconds? {
        generations.filter { $0.number > number }.compactMap { firstUses[$0.id] }.min()
    }

    /// The standing of a generation of this key.
    package func standing(
        of generation: KeyGeneration, at now: UnixSeconds, _ firstUses: KeyRotation.FirstUses
    ) -> KeyGeneration.Standing {
        generation.standing(at: now, successorFirstUsed: successorFirstUsed(of: generation.number, firstUses))
    }

    /// The key with a new generation; the active ones become retiring.
    ///
    /// - Parameter isForced: whether to rotate even while an older one is still retiring.
    package func rotated(
        secret: SecretBytes, retirement: KeyGeneration.Retirement, now: UnixSeconds,
        firstUses: KeyRotation.FirstUses = [:], isForced: Bool = false
    ) throws(KeyRotation.Refusal) -> Key {
        if !isForced, let waiting = generations.last(where: { standing(of: $0, at: now, firstUses) == .retiring }) {
            let end = waiting.end(successorFirstUsed: successorFirstUsed(of: waiting.number, firstUses))
            throw .graceIsRunning(generation: waiting.number, until: end)
        }
        if case .at(let end) = retirement, !Timestamp.range.contains(end) { throw .graceIsTooLong }
        let number = (newest?.number ?? 0) + 1
        guard number <= KeysLimits.greatestNumber else { throw .isLast(number - 1) }
        guard generations.count < KeysLimits.generations else { throw .isFull }
        var key = self
        key.retireActive(retirement)
        do {
            key.generations.append(
                try KeyGeneration(number: number, secret: secret, server: server, created: now))
        } catch {
            throw .crypto(error)
        }
        return key
    }

    private mutating func retireActive(_ retirement: KeyGeneration.Retirement) {
        for place in generations.indices where generations[place].state == .active {
            generations[place].state = .retiring(retirement)
        }
    }

    /// The key with this generation revoked, or with all of them if `number` is nil.
    package func revoked(_ number: Int? = nil) throws(KeyRotation.Refusal) -> Key {
        if let number, !generations.contains(where: { $0.number == number }) { throw .noGeneration(number) }
        var key = self
        for place in generations.indices where number == nil || generations[place].number == number {
            key.generations[place].state = .revoked
        }
        return key
    }

    /// The key without generations that are no longer valid. The newest stays even then: its number shows that a file
    /// with an older generation is outdated.
    package func pruned(at now: UnixSeconds, _ firstUses: KeyRotation.FirstUses) -> Key {
        var key = self
        key.generations.removeAll { generation in
            generation.number != newest?.number && !standing(of: generation, at: now, firstUses).isUsable
        }
        return key
    }

    /// The key as a client receives it: with the newest generation only.
    package func exported(at now: UnixSeconds) throws(KeyRotation.Refusal) -> Key {
        guard let newest else { throw .noGeneration(1) }
        let standing = standing(of: newest, at: now, [:])
        if !standing.isUsable { throw .newestIsGone(standing) }
        return Key(name: name, server: server, addresses: addresses, generations: [newest])
    }

    /// The key merged with another file of the same key.
    ///
    /// Newer generations are added. Those that were active then retire an hour after a newer one's first use: no
    /// arbitrary end locks anybody out, and no old secret stays valid for ever. Known generations stay; those that the
    /// other file revokes or retires are revoked or retire, never the reverse. Unknown generations older than the
    /// newest are ignored, since they may have been revoked and pruned. Addresses stay if there are any.
    ///
    /// This only computes the result; `accepts` decides whether it is allowed.
    package func merged(with other: Key) throws(KeyRotation.Refusal) -> KeyRotation.Merge {
        if other.server != server { throw .otherServer(other.server) }
        var (key, merge) = (self, (added: [Int](), revoked: [Int](), leftOut: [Int]()))
        let greatest = newest?.number ?? 0
        for theirs in other.generations {
            if let place = generations.firstIndex(where: { $0.number == theirs.number || $0.id == theirs.id }) {
                let ours = generations[place]
                if ours.number != theirs.number || ours.id != theirs.id { throw .otherSecret(theirs.number) }
                let state = ours.state.orLater(theirs.state)
                if state == .revoked, ours.state != .revoked { merge.revoked.append(ours.number) }
                key.generations[place].state = state
            } else if theirs.number > greatest {
                merge.added.append(theirs.number)
            } else {
                merge.leftOut.append(theirs.number)
            }
        }
        if !merge.added.isEmpty { key.retireActive(.afterUse) }
        key.generations += other.generations.filter { merge.added.contains($0.number) }
        key.generations = key.generations.suffix(KeysLimits.generations)
        if key.addresses.isEmpty { key.addresses = other.addresses }
        return KeyRotation.Merge(key: key, added: merge.added, revoked: merge.revoked, leftOut: merge.leftOut)
    }
}

extension Key {
    /// Throws unless a proof shows that a holder of this key's newest unrevoked generation wrote the other file. Older
    /// generations do not suffice: others may have seen them, which is why they were rotated.
    package func accepts(_ other: Key, _ continuity: KeyContinuity) throws(KeyRotation.Refusal) {
        guard let authority = generations.last(where: { $0.state != .revoked }) else { throw .noContinuity }
        do throws(CryptoError) {
            if try continuity.proves(other, under: authority) { return }
        } catch {
            throw .crypto(error)
        }
        throw .noContinuity
    }

    /// The other key in place of this one, as the operator demands. Generations revoked here stay revoked, and stay on
    /// record as far as the other key has room for their numbers below its newest.
    package func replaced(by other: Key) throws(KeyRotation.Refusal) -> Key {
        let revoked = generations.filter { $0.state == .revoked }
        if let back = other.generations.first(where: { theirs in
            theirs.state != .revoked && revoked.contains { $0.id == theirs.id }
        }) {
            throw .revokedBefore(back.number)
        }
        let kept = revoked.filter { ours in
            ours.number < other.newest?.number ?? 0
                && !other.generations.contains { $0.number == ours.number || $0.id == ours.id }
        }
        var key = other
        key.generations = (kept + other.generations).sorted { $0.number < $1.number }.suffix(KeysLimits.generations)
        if key.addresses.isEmpty, other.server == server { key.addresses = addresses }
        return key
    }
}

extension KeyGeneration {
    /// An active generation, with the id derived from its secret.
    package init(number: Int, secret: SecretBytes, server: KeyName, created: UnixSeconds) throws(CryptoError) {
        let id = try GenerationID(of: secret, server: server)
        self.init(number: number, id: id, secret: secret, created: created, state: .active)
    }
}

extension KeyGeneration.State {
    /// The later of two states, in the order active, retiring, revoked.
    fileprivate func orLater(_ other: KeyGeneration.State) -> KeyGeneration.State {
        switch (self, other) {
        case (.revoked, _), (_, .revoked): .revoked
        case (.active, .retiring): other
        default: self
        }
    }
}
