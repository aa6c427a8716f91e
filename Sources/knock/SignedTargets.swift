import Base
import Packets

/// Chooses the addresses of a host that get a signed knock, and makes notes about the others.
///
/// The first one to deliver a knock without an address to the server gets the opening. A host's name may lead to other
/// people's addresses, since a name server decides that. So only one address of each family gets such a knock. A knock
/// that names its sender's address is useless to others, and goes to all addresses.
struct SignedTargets {
    /// An address of the host, and the address named in the knock to it.
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
    ///   - addresses: the host's addresses, the preferred one first.
    ///   - pins: the addresses that this key's knocks may go to; empty means any.
    ///   - named: returns the address named in a knock to an address; nil for none.
    ///   - hasWay: whether this machine has a route to an address. An address without one gets nothing.
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

    /// The key's knocks may not go to any address of the host.
    struct PinnedElsewhere: Error, Equatable {
        let addresses: [HostAddress]
        let pins: [HostAddress]
    }

    /// Notes for the user about the addresses that get a knock and those that get none. A name with several addresses
    /// may lead to another person's host.
    ///
    /// - Parameter file: the key file, in which the allowed addresses can be written.
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
