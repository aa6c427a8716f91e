import Linux

/// The two places of a daemon's ledger, locked if possible, and the name that it uses.
struct LedgerPlaces {
    let family: LedgerFamily
    /// The configured place.
    let primary: LedgerPlace
    /// The place while the configured one cannot be written.
    let fallback: LedgerPlace
    /// The daemon that uses the configured file, if that is another one; nil if it is this one.
    let elder: Ledger.Elder?
    /// Whether neither place can be written at all.
    let areNowhere: Bool

    /// Locks the places with the configured name or, if a daemon at other interfaces holds these, those with another
    /// name.
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

    /// The result of locking both places.
    private struct Locking {
        let primary: LedgerPlace
        let fallback: LedgerPlace
        /// The place that another daemon holds.
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
                // If one place cannot be locked, another daemon on the same StateFile is detected at the other place.
                if error.isHeld {
                    locking.rival = place
                    return locking
                }
                locking.isNowhere = locking.isNowhere && error.isNoPlaceToWrite
            }
        }
        return locking
    }

    /// Whether no packet reaches both daemons. A daemon whose interfaces are unknown may listen anywhere.
    static func areApart(_ theirs: [String], _ own: [String]) -> Bool {
        if theirs.isEmpty || own.isEmpty || (theirs + own).contains(NetworkInterface.any) { return false }
        return hardware(theirs).isDisjoint(with: hardware(own))
    }

    /// The interfaces behind names: the part before the colon of a label.
    private static func hardware(_ names: [String]) -> Set<Substring> { Set(names.map { $0.prefix { $0 != ":" } }) }

    /// - Parameters:
    ///   - file: the configured path of the ledger in use.
    ///   - rival: the place of it that the other daemon holds.
    ///   - own: the interfaces of this daemon.
    private static func inUse(_ file: String, _ rival: LedgerPlace, _ own: [String]) -> Ledger.LedgerError {
        let theirs = rival.interfacesOfHolder
        let new = own.filter { !hardware(theirs).contains($0.prefix { $0 != ":" }) }
        let both = (theirs + new).contains(NetworkInterface.any) ? [NetworkInterface.any] : theirs + new
        return .inUse(
            file: file, process: rival.holder, interfaces: theirs.isEmpty || new.isEmpty ? [] : both)
    }

    /// Publishes in both locks where this daemon listens now, for daemons that are started later.
    func listens(at interfaces: [String]) {
        for place in [primary, fallback] { place.listens(at: interfaces) }
    }

    /// The ledgers of other daemons on the same configuration.
    var others: [LedgerFamily.Member] { family.members().filter { $0.path != primary.path } }

    /// The interfaces of other running daemons on the same configuration, from their locks.
    var interfacesOfOthers: Set<String> {
        let places = others.flatMap { [LedgerPlace($0.path), LedgerPlace($0.fallback)] }
        return Set(places.filter(\.isHeldByOther).flatMap(\.interfacesOfHolder))
    }
}

extension LedgerFamily {
    /// A running daemon without the configured name that listens at one of these interfaces; nil if there is none. The
    /// configured name may be free even then, if the first daemon has ended.
    ///
    /// - Parameter mayLeaveOut: whether one interface at which no other daemon listens is enough.
    func neighbour(at interfaces: [String], mayLeaveOut: Bool) -> LedgerPlace? {
        let places = members().filter { $0 != first }.flatMap { [LedgerPlace($0.path), LedgerPlace($0.fallback)] }
        // The locks are more reliable than the file names: the interfaces with a default route change.
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
