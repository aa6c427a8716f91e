package import Base
package import Keys
package import Packets
package import SignedKnocks

/// The access rules, step 6 of docs/PROTOCOL.md: whether the door exists, and whether it does for this key what the
/// knock asks. The cost of a decision does not grow with the number of doors and keys.
package struct AccessPolicy: Sendable {
    /// The access rules of one door.
    package struct Entry: Equatable, Sendable {
        package let name: String
        package let signed: SignedDoor
        /// Whether the door has a start command for IPv4 addresses.
        package let opensIPv4: Bool
        package let opensIPv6: Bool
        /// Whether the door has a stop command for IPv4 addresses.
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
        ///
        /// - Parameter onlyIPv4: whether IPv6 is ignored.
        package init?(_ door: Door, onlyIPv4: Bool = false) {
            guard let signed = door.signed else { return nil }
            let actionsIPv6 = onlyIPv4 ? nil : door.actionsIPv6
            self.init(
                name: door.identity.name, signed: signed, opensIPv4: door.actions != nil,
                opensIPv6: actionsIPv6 != nil, closesIPv4: door.actions?.stop != nil,
                closesIPv6: actionsIPv6?.stop != nil)
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

    /// - Parameter doors: doors with different names. Of two with one name, the first is used.
    package init(doors: [Entry]) {
        entries = doors
        places = Dictionary(doors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// Returns the grant for a knock, or the reason to refuse it.
    ///
    /// - Parameter key: the key that signed the knock.
    package func judge(_ request: AccessRequest, by key: KeyName) -> Result<AccessGrant, RejectReason> {
        guard let place = places[request.door] else { return .failure(.unknownDoor) }
        let entry = entries[place]
        guard entry.signed.lists(key) else { return .failure(.keyNotListed) }
        let address = request.address ?? request.source
        guard entry.can(request.operation, isIPv4: address.isIPv4) else { return .failure(.impossibleOperation) }
        if request.address == nil, entry.signed.addressRule == .bound { return .failure(.addressMissing) }
        // A close ends only the hold of its own key, so it is valid from any source.
        guard address == request.source || request.operation == .close || entry.signed.delegates.contains(key) else {
            return .failure(.addressDiffers)
        }
        return .success(
            AccessGrant(
                door: place, operation: request.operation, address: address,
                openFor: request.openFor.map { min($0, entry.signed.longest) }))
    }
}

/// The fields of a signed knock that the access rules use. The Verifier takes them from the knock, the Doorkeeper from
/// the Verifier's claim.
package struct AccessRequest: Equatable, Sendable {
    package let door: String
    package let operation: SignedKnockBody.Operation
    /// The address that the knock names, if any.
    package let address: IPAddress?
    package let source: IPAddress
    /// Nil is the door's own time.
    package let openFor: Milliseconds?

    package init(
        door: String, operation: SignedKnockBody.Operation, address: IPAddress?, source: IPAddress,
        openFor: Milliseconds?
    ) {
        self.door = door
        self.operation = operation
        self.address = address
        self.source = source
        self.openFor = openFor
    }

    package init(_ knock: VerifiedKnock) {
        let seconds = Milliseconds(knock.body.seconds)
        self.init(
            door: knock.body.door, operation: knock.body.operation, address: knock.body.address, source: knock.source,
            openFor: seconds == 0 ? nil : seconds * 1000)
    }
}
