package import Base
package import Keys
package import Packets
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
        ///
        /// - Parameter onlyIPv4: whether no notice is taken of IPv6.
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

    /// - Parameter doors: names differ; of two with one name the first counts.
    package init(doors: [Entry]) {
        entries = doors
        places = Dictionary(doors.enumerated().map { ($1.name, $0) }) { first, _ in first }
    }

    /// What a knock leads to, or why to nothing.
    ///
    /// - Parameter key: whose it is.
    package func judge(_ request: AccessRequest, by key: KeyName) -> Result<AccessGrant, RejectReason> {
        guard let place = places[request.door] else { return .failure(.unknownDoor) }
        let entry = entries[place]
        guard entry.signed.lists(key) else { return .failure(.keyNotListed) }
        let address = request.address ?? request.source
        guard entry.can(request.operation, isIPv4: address.isIPv4) else { return .failure(.impossibleOperation) }
        if request.address == nil, entry.signed.addressRule == .bound { return .failure(.addressMissing) }
        // A close ends the hold of its own key and no other: wherever it comes from, it is that key's holder who wants it.
        guard address == request.source || request.operation == .close || entry.signed.delegates.contains(key) else {
            return .failure(.addressDiffers)
        }
        return .success(
            AccessGrant(
                door: place, operation: request.operation, address: address,
                openFor: request.openFor.map { min($0, entry.signed.longest) }))
    }
}

/// What a signed knock asks for, as far as the access rules are concerned. The Verifier has it of the knock itself, the
/// Doorkeeper of what the Verifier says.
package struct AccessRequest: Equatable, Sendable {
    package let door: String
    package let operation: SignedKnockBody.Operation
    /// The address that the knock names; nil if it names none.
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
