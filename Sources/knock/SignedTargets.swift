import Base
import Packets

/// Which addresses of a host get a signed knock, and what there is to say about the others.
///
/// A knock that names no address is a ticket for whoever first gets it to the server. A host's name may lead to addresses of
/// others, since a name server says where it leads: so one address of each family gets such a knock, and no further one.
/// A knock that names its sender's address is of no use to anybody else, and goes to all of them.
struct SignedTargets {
    /// An address of the host, and which address a knock that goes there names.
    struct Target: Equatable {
        let host: HostAddress
        let named: IPAddress?
    }

    /// In the host's order; never empty.
    let targets: [Target]
    private let addresses: [HostAddress]
    private let unlisted: [HostAddress]
    private let arePinned: Bool

    /// - Parameters:
    ///   - addresses: the host's, the preferred one first.
    ///   - pins: where this key's knocks may go; empty is anywhere.
    ///   - named: what a knock to an address names; nil for nothing.
    ///   - hasWay: whether this machine has a way to an address: one without gets nothing anyway.
    init(
        _ addresses: [HostAddress], pins: [HostAddress], named: (HostAddress) -> IPAddress?,
        hasWay: (HostAddress) -> Bool
    ) throws(PinnedElsewhere) {
        let isPinned = { (address: HostAddress) in pins.isEmpty || pins.contains { $0.bytes == address.bytes } }
        let allowed = addresses.filter(isPinned)
        guard !allowed.isEmpty else { throw PinnedElsewhere(addresses: addresses, pins: pins) }
        let tickets = [true, false].compactMap { isIPv4 in
            let family = allowed.filter { $0.isIPv4 == isIPv4 && named($0) == nil }
            return family.first(where: hasWay) ?? family.first
        }
        targets = allowed.compactMap { host in
            let address = named(host)
            return address != nil || tickets.contains(host) ? Target(host: host, named: address) : nil
        }
        self.addresses = allowed
        unlisted = addresses.filter { !isPinned($0) }
        arePinned = !pins.isEmpty
    }

    /// A key's knocks may go elsewhere only.
    struct PinnedElsewhere: Error, Equatable {
        let addresses: [HostAddress]
        let pins: [HostAddress]
    }

    /// What to tell whoever knocks: a name that leads to several addresses may lead to somebody else's.
    ///
    /// - Parameter file: where the key's addresses can be written.
    func notes(host: String, file: String) -> [String] {
        var notes: [String] = []
        if !unlisted.isEmpty {
            let verb = unlisted.count == 1 ? "is" : "are"
            notes.append(
                "knock: note: \(host) is also \(Self.list(unlisted)), which \(verb) not among the addresses in \(file); "
                    + "nothing goes there")
        }
        let isOneEach = Set(addresses.map(\.isIPv4)).count == addresses.count
        let tickets = targets.filter { $0.named == nil }
        guard !arePinned, addresses.count > 1, !isOneEach || tickets.count > 1 else { return notes }
        let left = addresses.filter { address in !targets.contains { $0.host == address } }
        let end = left.isEmpty ? "" : ", not to \(Self.list(left))"
        notes.append(
            "knock: note: \(host) has \(addresses.count) addresses; the knock goes to \(Self.list(targets.map(\.host)))\(end); "
                + "if one of them may not be the server's, write addresses = with the right ones into \(file)")
        return notes
    }

    private static func list(_ addresses: [HostAddress]) -> String {
        addresses.map(\.description).joined(separator: " and ")
    }
}
