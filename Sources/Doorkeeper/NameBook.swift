import Base
import Events
import Packets

/// A cache of names with a queue of look-ups, in which sources with a proof go before strangers.
struct NameBook {
    private struct Entry {
        let name: HostName?
        let goodUntil: Milliseconds
    }

    /// A look-up that waits.
    private struct Wanted {
        let address: IPAddress
        var isForProof: Bool
        let usefulUntil: Milliseconds
    }

    private var known: [IPAddress: Entry] = [:]
    /// The addresses of `known`, the oldest first.
    private var order: [IPAddress] = []
    private var wanted: [Wanted] = []

    /// Number of addresses in the cache.
    var knownCount: Int { known.count }
    var wantedCount: Int { wanted.count }

    /// The result of an earlier look-up; nil if there is none, or if it is too old.
    func standing(of address: IPAddress, now: Milliseconds) -> NameStanding? {
        guard let entry = known[address], now < entry.goodUntil else { return nil }
        return .settled(entry.name)
    }

    /// Queues an address; false if there is no room for it.
    mutating func want(_ address: IPAddress, isForProof: Bool, now: Milliseconds) -> Bool {
        wanted.removeAll { $0.usefulUntil <= now }
        if let place = wanted.firstIndex(where: { $0.address == address }) {
            if isForProof { wanted[place].isForProof = true }
            return true
        }
        let isFull = wanted.count >= DoorkeeperLimits.waitingNames
        let ofStrangers = DoorkeeperLimits.waitingNamesOfStrangers
        if !isForProof, isFull || wanted.count(where: { !$0.isForProof }) >= ofStrangers { return false }
        if isFull {
            guard let place = wanted.lastIndex(where: { !$0.isForProof }) else { return false }
            wanted.remove(at: place)
        }
        wanted.append(Wanted(address: address, isForProof: isForProof, usefulUntil: now + DoorkeeperLimits.nameWait))
        return true
    }

    /// Whether an address is queued.
    func isWanted(_ address: IPAddress) -> Bool { wanted.contains { $0.address == address } }

    /// Whether a source with a proof is queued.
    var hasProofWaiting: Bool { wanted.contains(where: \.isForProof) }

    /// Takes the next address: the oldest one with a proof, or else the oldest. Nil if none is worth asking any more.
    mutating func takeNext(now: Milliseconds) -> (address: IPAddress, isForProof: Bool)? {
        wanted.removeAll { $0.usefulUntil <= now }
        guard let place = wanted.firstIndex(where: \.isForProof) ?? wanted.indices.first else { return nil }
        let next = wanted.remove(at: place)
        return (next.address, next.isForProof)
    }

    /// Stores the result of a look-up; nil means that there is no name.
    mutating func learn(_ name: HostName?, of address: IPAddress, now: Milliseconds) {
        if known[address] != nil { order.removeAll { $0 == address } }
        if order.count >= DoorkeeperLimits.knownNames { known[order.removeFirst()] = nil }
        let life = name == nil ? DoorkeeperLimits.noNameLife : DoorkeeperLimits.nameLife
        known[address] = Entry(name: name, goodUntil: now + life)
        order.append(address)
    }
}
