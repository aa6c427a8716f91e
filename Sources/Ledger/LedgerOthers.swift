import Doors
package import Linux

/// The ledger beside those of other daemons on the same configuration: who has which name, and what becomes of what they
/// leave.
extension Ledger {
    // MARK: Names

    /// Who but root and the user of this process could change what stands in a ledger, or what lies in its place while
    /// that cannot be written; nil if nobody.
    package static func fault(
        stateFile: String, fallbackDirectory: String = Ledger.fallbackDirectory
    ) -> PathFault? {
        let first = LedgerFamily(stateFile: stateFile, fallbackDirectory: fallbackDirectory).first
        do throws(PathFault) {
            for path in [first.path, first.fallback] { try LedgerPlace(path).check() }
            return nil
        } catch {
            return error
        }
    }

    /// Locks both places of a ledger, or says which of them another daemon has; and whether neither can be written.
    static func lock(
        _ member: LedgerFamily.Member, _ interfaces: [String]
    ) -> (primary: LedgerPlace, fallback: LedgerPlace, rival: LedgerPlace?, isNowhere: Bool) {
        let (primary, fallback) = (
            LedgerPlace(member.path, interfaces: interfaces), LedgerPlace(member.fallback, interfaces: interfaces)
        )
        var isNowhere = true
        for place in [primary, fallback] {
            do throws(LedgerFile.Failure) {
                try place.takeLock()
                isNowhere = false
            } catch {
                // Where no lock can be had, another daemon on the same StateFile meets the other one.
                if error.isHeld { return (primary, fallback, place, false) }
                isNowhere = isNowhere && error.isNoPlaceToWrite
            }
        }
        return (primary, fallback, nil, isNowhere)
    }

    /// Says to daemons that are started later where this one listens now.
    package func listens(at interfaces: [String]) {
        for place in [primary, fallback] { place.listens(at: interfaces) }
    }

    /// Where other daemons on the same configuration listen that run, as their locks say it.
    package func interfacesOfOthers() -> Set<String> {
        let others = family.members().filter { $0.path != primary.path }
        let places = others.flatMap { [LedgerPlace($0.path), LedgerPlace($0.fallback)] }
        return Set(places.filter(\.isHeldByOther).flatMap(\.interfacesOfHolder))
    }

    /// Whether no packet reaches both daemons. One that does not say where it listens may listen anywhere.
    static func areApart(_ theirs: [String], _ own: [String]) -> Bool {
        if theirs.isEmpty || own.isEmpty || (theirs + own).contains(NetworkInterface.any) { return false }
        return hardware(theirs).isDisjoint(with: hardware(own))
    }

    /// The interfaces behind names: what stands before the colon of a label.
    private static func hardware(_ names: [String]) -> Set<Substring> { Set(names.map { $0.prefix { $0 != ":" } }) }

    /// - Parameters:
    ///   - file: where the ledger belongs that is in use.
    ///   - rival: the place of it that its daemon has.
    ///   - own: where this daemon is to listen.
    static func inUse(_ file: String, _ rival: LedgerPlace, _ own: [String]) -> LedgerError {
        let theirs = rival.interfacesOfHolder
        let new = own.filter { !hardware(theirs).contains($0.prefix { $0 != ":" }) }
        let both = (theirs + new).contains(NetworkInterface.any) ? [NetworkInterface.any] : theirs + new
        return .inUse(
            file: file, process: rival.holder, interfaces: theirs.isEmpty || new.isEmpty ? [] : both)
    }

    // MARK: What others have left

    /// Takes over what daemons on the same configuration, at other interfaces, have left open, if they run no more: it is
    /// recorded here before it is removed there, and then found (`takeFound`). What is known here already stays there until
    /// it is over here, since it takes a stop command of its own. To be called at the start and every few seconds.
    package func takeOverOthers(all: () -> LedgerContent) {
        for member in family.members() where member.path != primary.path {
            let places = [LedgerPlace(member.path), LedgerPlace(member.fallback)]
            // One that is held belongs to a daemon that runs; without any lock nobody knows.
            guard lockAll(places) else {
                // It knows by itself what of it is open.
                leftBehind[member.path] = nil
                continue
            }
            guard places.contains(where: \.isLocked) else { continue }
            takeOver(places, of: member, all: all)
        }
    }

    private func lockAll(_ places: [LedgerPlace]) -> Bool {
        for place in places {
            do throws(LedgerFile.Failure) {
                try place.takeLock(isPassing: true)
            } catch {
                if error.isHeld { return false }
            }
        }
        return true
    }

    private func takeOver(_ places: [LedgerPlace], of member: LedgerFamily.Member, all: () -> LedgerContent) {
        let contents = places.map { place in trying(place) { () throws(LedgerFile.Failure) in try place.read() } }
        let newest = LedgerFile.Content.newest(contents)
        // A lower number is that of an older file, while the newest one cannot be read.
        let epoch = max(newest.head.epoch, leftBehind[member.path]?.epoch ?? 0)
        let left = takeLeftBehind(member, epoch)
        if !left.isEmpty { remove(left, epoch, from: places, of: member) }
        if newest.openings.isEmpty { return }
        let known = all()
        // What was taken already may be over here by now, and still stand there.
        let keys = Set(known.openings.map(\.key)).union(left)
        let openings = newest.openings.map { $0.opening(in: bootID) }.filter { !keys.contains($0.key) }
        if openings.isEmpty { return }
        let outcome = record(LedgerEntry(openings: openings)) {
            LedgerContent(openings: known.openings + openings, replay: known.replay, keys: known.keys)
        }
        guard outcome == .recorded, isWritten else { return }
        if let id = newest.head.id { formerIDs.insert(id) }
        found += openings
        changes.append(.tookOver(file: member.path, count: openings.count))
        let gone = takeLeftBehind(member, epoch).union(openings.map(\.key))
        remove(gone, epoch, from: places, of: member)
    }

    /// What is still to be removed from a ledger; nothing if a daemon has had it since, which its number shows.
    private func takeLeftBehind(_ member: LedgerFamily.Member, _ epoch: Int64) -> Set<OpeningKey> {
        guard let left = leftBehind.removeValue(forKey: member.path), left.epoch == epoch else { return [] }
        return left.keys
    }

    /// Removes openings that were taken from another daemon's ledger. Where that fails it is tried again the next time,
    /// and they are not taken again meanwhile.
    private func remove(
        _ keys: Set<OpeningKey>, _ epoch: Int64, from places: [LedgerPlace], of member: LedgerFamily.Member
    ) {
        let entry = LedgerEntry(closing: Array(keys))
        for place in places where Files.exists(place.path) {
            let outcome = trying(place, to: "remove") { () throws(LedgerFile.Failure) in
                try place.open(bootID: bootID).record(entry, isSettling: false)
            }
            if outcome == nil { leftBehind[member.path] = (epoch, keys) }
        }
    }

    /// Does something with another daemon's ledger; what fails is told once.
    ///
    /// - Parameter purpose: tells it from other things that are done with the same file, and may go well.
    private func trying<Value>(
        _ place: LedgerPlace, to purpose: String = "read", _ body: () throws(LedgerFile.Failure) -> Value
    ) -> Value? {
        let attempt = "\(purpose) \(place.path)"
        do throws(LedgerFile.Failure) {
            let value = try body()
            reasonsTold[attempt] = nil
            return value
        } catch {
            if reasonsTold.updateValue(error.description, forKey: attempt) != error.description {
                changes.append(.notTakenOver(file: place.path, reason: error.description))
            }
            return nil
        }
    }
}

extension LedgerFamily {
    /// A running daemon that has not the configuration's own name, and listens where another one is to: that name may be
    /// free all the same, when the first has ended.
    ///
    /// - Parameter mayLeaveOut: whether one interface that nobody has will do.
    func neighbour(at interfaces: [String], mayLeaveOut: Bool) -> LedgerPlace? {
        let places = members().filter { $0 != first }.flatMap { [LedgerPlace($0.path), LedgerPlace($0.fallback)] }
        // The names of their files say less: the interfaces that a default route leads to change.
        let others = places.filter { !$0.interfacesOfHolder.isEmpty && $0.isHeldByOther }
        if mayLeaveOut {
            let isFree = interfaces.contains { name in
                others.allSatisfy { Ledger.areApart($0.interfacesOfHolder, [name]) }
            }
            if isFree { return nil }
        }
        return others.first { !Ledger.areApart($0.interfacesOfHolder, interfaces) }
    }
}
