/// The rules by which the generations of a key come, retire and go. All changes give a new key; what is not possible is
/// refused, and the key stays as it was.
package enum KeyRotation {
    /// Why a key cannot be changed so, or given away.
    package enum Refusal: Error, Equatable, Sendable {
        /// This generation is still retiring, until then if that is known: its holder may not have the newest yet.
        case graceIsRunning(generation: Int, until: UnixSeconds?)
        /// The end would lie beyond all times that a key file can hold.
        case graceIsTooLong
        /// There is no room for another generation.
        case isFull
        /// The newest has the greatest number that there is.
        case isLast(Int)
        case noGeneration(Int)
        /// The newest generation does not count.
        case newestIsGone(KeyGeneration.Standing)
        /// The other key is for another server than this one.
        case otherServer(KeyName)
        /// The other key has another secret under this number, or this number's secret under another.
        case otherSecret(Int)
        /// A number lies further above the newest than rotations lead.
        case jump(from: Int, to: Int)
        /// Nothing shows that the other file was written by a holder of this key.
        case noContinuity
        /// The other key brings back a generation that was revoked here.
        case revokedBefore(Int)
        case crypto(CryptoError)
    }

    /// What came of taking over another file's generations.
    package struct Merge: Equatable, Sendable {
        package let key: Key
        /// The numbers that are new.
        package var added: [Int] = []
        /// The numbers that were not revoked before.
        package var revoked: [Int] = []
        /// The numbers that were left out: older than the newest, and unknown.
        package var leftOut: [Int] = []

        /// Throws where a number that is new lies too far above the one before it.
        ///
        /// - Parameter newest: of those that were there.
        package func checkJumps(from newest: Int) throws(Refusal) {
            var last = newest
            for number in added {
                if number - last > KeysLimits.numberJump { throw .jump(from: last, to: number) }
                last = number
            }
        }
    }

    /// When each generation was first accepted, as far as anybody knows.
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

    /// When a newer generation than this number's was first accepted.
    package func successorFirstUsed(of number: Int, _ firstUses: KeyRotation.FirstUses) -> UnixSeconds? {
        generations.filter { $0.number > number }.compactMap { firstUses[$0.id] }.min()
    }

    /// Where a generation of this key stands.
    package func standing(
        of generation: KeyGeneration, at now: UnixSeconds, _ firstUses: KeyRotation.FirstUses
    ) -> KeyGeneration.Standing {
        generation.standing(at: now, successorFirstUsed: successorFirstUsed(of: generation.number, firstUses))
    }

    /// With a new generation; those that were active before retire.
    ///
    /// - Parameter isForced: whether that may be while an older one is still retiring.
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

    /// With this generation revoked, or without a number all of them. One that is revoked already stays so.
    package func revoked(_ number: Int? = nil) throws(KeyRotation.Refusal) -> Key {
        if let number, !generations.contains(where: { $0.number == number }) { throw .noGeneration(number) }
        var key = self
        for place in generations.indices where number == nil || generations[place].number == number {
            key.generations[place].state = .revoked
        }
        return key
    }

    /// Without those that count no more. The newest stays even so: by its number, an older one that comes back in some file
    /// is known for what it is.
    package func pruned(at now: UnixSeconds, _ firstUses: KeyRotation.FirstUses) -> Key {
        var key = self
        key.generations.removeAll { generation in
            generation.number != newest?.number && !standing(of: generation, at: now, firstUses).isUsable
        }
        return key
    }

    /// What a client gets of it: the newest generation.
    package func exported(at now: UnixSeconds) throws(KeyRotation.Refusal) -> Key {
        guard let newest else { throw .noGeneration(1) }
        let standing = standing(of: newest, at: now, [:])
        if !standing.isUsable { throw .newestIsGone(standing) }
        return Key(name: name, server: server, addresses: addresses, generations: [newest])
    }

    /// With what another file of the same key says.
    ///
    /// Newer generations are added, and those that were active before retire an hour after a newer one's first use, so that
    /// neither an end that nobody has set cuts anybody off nor an old secret counts for ever. Known ones stay; what the
    /// other file revokes is revoked, and what it lets retire retires, never the other way round. Unknown ones older than
    /// the newest are left out: they may have been revoked and pruned. Addresses stay where there are any.
    ///
    /// This says what would come of it; `accepts` says whether it may.
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
    /// Throws unless a proof shows that what is taken over was written by a holder of this key: of its newest generation that
    /// is not revoked. Older ones may have been seen by others; that is what they were rotated for.
    package func accepts(_ other: Key, _ continuity: KeyContinuity) throws(KeyRotation.Refusal) {
        guard let authority = generations.last(where: { $0.state != .revoked }) else { throw .noContinuity }
        do throws(CryptoError) {
            if try continuity.proves(other, under: authority) { return }
        } catch {
            throw .crypto(error)
        }
        throw .noContinuity
    }

    /// The other key in the place of this one, because somebody wants it so. What was revoked here stays revoked, and on
    /// record as far as the other key's numbers leave room for it below its newest.
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
    /// An active one, named by its secret.
    package init(number: Int, secret: SecretBytes, server: KeyName, created: UnixSeconds) throws(CryptoError) {
        let id = try GenerationID(of: secret, server: server)
        self.init(number: number, id: id, secret: secret, created: created, state: .active)
    }
}

extension KeyGeneration.State {
    /// This state, or the other if that is further on the way from active to revoked.
    fileprivate func orLater(_ other: KeyGeneration.State) -> KeyGeneration.State {
        switch (self, other) {
        case (.revoked, _), (_, .revoked): .revoked
        case (.active, .retiring): other
        default: self
        }
    }
}
