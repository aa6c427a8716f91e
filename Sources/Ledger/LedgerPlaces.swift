import Linux

/// The two places that a daemon's ledger can lie in, both locked where that can be done, and by which name.
struct LedgerPlaces {
    let family: LedgerFamily
    /// Where it belongs.
    let primary: LedgerPlace
    /// Where it lies when it cannot lie there.
    let fallback: LedgerPlace
    /// Nil if this daemon has the configuration's own name.
    let elder: Ledger.Elder?
    /// Neither of them can be written, by nature.
    let areNowhere: Bool

    /// Locks the places of the configuration's name, or, where a daemon at other interfaces has these, those of another.
    init(
        _ family: LedgerFamily, interfaces: [String], mayStepAside: Bool, mayLeaveOut: Bool
    ) throws(Ledger.LedgerError) {
        let first = Self.lock(family.first, interfaces)
        if let rival = first.rival, !mayStepAside || !Self.areApart(rival.interfacesOfHolder, interfaces) {
            throw Self.inUse(family.stateFile, rival, interfaces)
        }
        if let neighbour = family.neighbour(at: interfaces, mayLeaveOut: mayLeaveOut) {
            throw Self.inUse(neighbour.path, neighbour, interfaces)
        }
        guard let rival = first.rival else {
            self.init(family, first, elder: nil)
            return
        }
        let member = family.member(of: interfaces)
        let own = Self.lock(member, interfaces)
        if let rival = own.rival { throw Self.inUse(member.path, rival, interfaces) }
        let elder = Ledger.Elder(
            file: family.stateFile, process: rival.holder, interfaces: rival.interfacesOfHolder)
        self.init(family, own, elder: elder)
    }

    /// What came of locking both places.
    private struct Locking {
        let primary: LedgerPlace
        let fallback: LedgerPlace
        /// The place that another daemon has.
        var rival: LedgerPlace?
        var isNowhere = true
    }

    private init(_ family: LedgerFamily, _ locking: Locking, elder: Ledger.Elder?) {
        self.family = family
        (primary, fallback) = (locking.primary, locking.fallback)
        self.elder = elder
        areNowhere = locking.isNowhere
    }

    private static func lock(_ member: LedgerFamily.Member, _ interfaces: [String]) -> Locking {
        var locking = Locking(
            primary: LedgerPlace(member.path, interfaces: interfaces),
            fallback: LedgerPlace(member.fallback, interfaces: interfaces))
        for place in [locking.primary, locking.fallback] {
            do throws(LedgerFailure) {
                try place.takeLock()
                locking.isNowhere = false
            } catch {
                // Where no lock can be had, another daemon on the same StateFile meets the other one.
                if error.isHeld {
                    locking.rival = place
                    return locking
                }
                locking.isNowhere = locking.isNowhere && error.isNoPlaceToWrite
            }
        }
        return locking
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
    private static func inUse(_ file: String, _ rival: LedgerPlace, _ own: [String]) -> Ledger.LedgerError {
        let theirs = rival.interfacesOfHolder
        let new = own.filter { !hardware(theirs).contains($0.prefix { $0 != ":" }) }
        let both = (theirs + new).contains(NetworkInterface.any) ? [NetworkInterface.any] : theirs + new
        return .inUse(
            file: file, process: rival.holder, interfaces: theirs.isEmpty || new.isEmpty ? [] : both)
    }

    /// Says to daemons that are started later where this one listens now.
    func listens(at interfaces: [String]) {
        for place in [primary, fallback] { place.listens(at: interfaces) }
    }

    /// The ledgers of other daemons on the same configuration.
    var others: [LedgerFamily.Member] { family.members().filter { $0.path != primary.path } }

    /// Where other daemons on the same configuration listen that run, as their locks say it.
    var interfacesOfOthers: Set<String> {
        let places = others.flatMap { [LedgerPlace($0.path), LedgerPlace($0.fallback)] }
        return Set(places.filter(\.isHeldByOther).flatMap(\.interfacesOfHolder))
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
                others.allSatisfy { LedgerPlaces.areApart($0.interfacesOfHolder, [name]) }
            }
            if isFree { return nil }
        }
        return others.first { !LedgerPlaces.areApart($0.interfacesOfHolder, interfaces) }
    }
}
