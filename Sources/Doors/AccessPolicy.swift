package import Keys
import Packets
package import SignedKnocks

/// Step 6 of what a server does with a signed knock (docs/PROTOCOL.md): whether there is such a door, and whether it does
/// for this key what the knock asks for. What it costs does not grow with the number of doors and keys.
package struct AccessPolicy: Sendable {
    /// What has to be known of a door that takes signed knocks.
    package struct Entry: Equatable, Sendable {
        package let name: String
        package let signed: SignedDoor
        /// Whether there is something to run for IPv4 addresses.
        package let opensIPv4: Bool
        package let opensIPv6: Bool
        /// Whether there is something to close for IPv4 addresses.
        package let closesIPv4: Bool
        package let closesIPv6: Bool

        package init(
            name: String, signed: SignedDoor, opensIPv4: Bool, opensIPv6: Bool, closesIPv4: Bool, closesIPv6: Bool
        ) {
            self.name = name
            self.signed = signed
            self.opensIPv4 = opensIPv4
            self.opensIPv6 = opensIPv6
            self.closesIPv4 = closesIPv4
            self.closesIPv6 = closesIPv6
        }

        /// Nil for a door that takes no signed knocks.
        package init?(_ door: Door) {
            guard let signed = door.signed else { return nil }
            self.init(
                name: door.identity.name, signed: signed, opensIPv4: door.actions != nil,
                opensIPv6: door.actionsIPv6 != nil, closesIPv4: door.actions?.stop != nil,
                closesIPv6: door.actionsIPv6?.stop != nil)
        }

        func can(_ operation: SignedKnockBody.Operation, isIPv4: Bool) -> Bool {
            switch operation {
            case .open: isIPv4 ? opensIPv4 : opensIPv6
            case .close: isIPv4 ? closesIPv4 : closesIPv6
            }
        }
    }

    private let entries: [Entry]
    private let places: [String: Int]

    /// - Parameter doors: names differ; of two with one name the first counts.
    package init(doors: [Entry]) {
        entries = doors
        places = Dictionary(doors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// What a knock leads to, or why to nothing.
    ///
    /// - Parameter key: whose it is.
    package func judge(_ knock: VerifiedKnock, by key: KeyName) -> Result<OpenOrder, RejectReason> {
        guard let place = places[knock.body.door] else { return .failure(.unknownDoor) }
        let entry = entries[place]
        guard entry.signed.lists(key) else { return .failure(.keyNotListed) }
        let address = knock.body.address ?? knock.source
        guard entry.can(knock.body.operation, isIPv4: address.isIPv4) else { return .failure(.impossibleOperation) }
        if knock.body.address == nil, entry.signed.addressRule == .bound { return .failure(.addressMissing) }
        // A close ends the hold of its own key and no other: wherever it comes from, it is that key's holder who wants it.
        guard address == knock.source || knock.body.operation == .close || entry.signed.delegates.contains(key) else {
            return .failure(.addressDiffers)
        }
        return .success(
            OpenOrder(
                door: place, operation: knock.body.operation, address: address,
                openFor: entry.signed.openFor(seconds: knock.body.seconds)))
    }
}
