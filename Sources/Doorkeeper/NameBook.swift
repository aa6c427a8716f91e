import Base
import Events
import Packets

/// The names of addresses: what was learned a while ago, and what is still to be asked, proofs before strangers.
struct NameBook {
    private struct Entry {
        let name: HostName?
        let goodUntil: Milliseconds
    }

    /// A question that waits.
    private struct Wanted {
        let address: IPAddress
        var isForProof: Bool
        let usefulUntil: Milliseconds
    }

    private var known: [IPAddress: Entry] = [:]
    /// The addresses of `known`, the one learned first in front.
    private var order: [IPAddress] = []
    private var wanted: [Wanted] = []

    /// How many addresses are remembered, and how many questions wait.
    var knownCount: Int { known.count }
    var wantedCount: Int { wanted.count }

    /// What is known of an address; nil if nothing is.
    func standing(of address: IPAddress, now: Milliseconds) -> NameStanding? {
        guard let entry = known[address], now < entry.goodUntil else { return nil }
        return .settled(entry.name)
    }

    /// Puts an address on the list of those to be asked for; false if there is no room, and it will not be.
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

    /// Whether an address waits to be asked for.
    func isWanted(_ address: IPAddress) -> Bool { wanted.contains { $0.address == address } }

    /// Whether somebody who has a proof waits.
    var hasProofWaiting: Bool { wanted.contains(where: \.isForProof) }

    /// Takes the next address to be asked for: the oldest question of a proof, else the oldest; nil if none is of use.
    mutating func takeNext(now: Milliseconds) -> (address: IPAddress, isForProof: Bool)? {
        wanted.removeAll { $0.usefulUntil <= now }
        guard let place = wanted.firstIndex(where: \.isForProof) ?? wanted.indices.first else { return nil }
        let next = wanted.remove(at: place)
        return (next.address, next.isForProof)
    }

    /// Remembers what a question has brought; nil is that there is no name.
    mutating func learn(_ name: HostName?, of address: IPAddress, now: Milliseconds) {
        if known[address] != nil { order.removeAll { $0 == address } }
        if order.count >= DoorkeeperLimits.knownNames { known[order.removeFirst()] = nil }
        let life = name == nil ? DoorkeeperLimits.noNameLife : DoorkeeperLimits.nameLife
        known[address] = Entry(name: name, goodUntil: now + life)
        order.append(address)
    }
}
