package import Base
package import Doors
package import Hints
package import Keys
package import Messages
package import Packets
package import SignedKnocks

/// The request of a signed knock that the Verifier has accepted. The Doorkeeper judges it again.
package struct SignedClaim: Equatable {
    package let generation: GenerationID
    package let nonce: Nonce
    package let timestamp: UInt64
    package let operation: SignedKnockBody.Operation
    package let door: String
    /// The address to open or close for.
    package let address: IPAddress
    /// The datagram's source address.
    package let source: IPAddress
    package let isOnLoopback: Bool
    /// How long to open the door for; nil is the door's own time.
    package let openFor: Milliseconds?
    /// Whether the knock contains the address.
    package let namesAddress: Bool
    /// Whether it came while too many claims of its generation were undecided: it is refused for good and gets no
    /// decision.
    package var isSurplus: Bool

    package init(
        generation: GenerationID, nonce: Nonce, timestamp: UInt64, operation: SignedKnockBody.Operation, door: String,
        address: IPAddress, source: IPAddress, isOnLoopback: Bool, openFor: Milliseconds?, namesAddress: Bool,
        isSurplus: Bool = false
    ) {
        self.generation = generation
        self.nonce = nonce
        self.timestamp = timestamp
        self.operation = operation
        self.door = door
        self.address = address
        self.source = source
        self.isOnLoopback = isOnLoopback
        self.openFor = openFor
        self.namesAddress = namesAddress
        self.isSurplus = isSurplus
    }

    /// The part that replay state keeps.
    package var spent: SpentKnock {
        SpentKnock(
            generation: generation, nonce: nonce, timestamp: timestamp, door: door, address: address,
            operation: operation)
    }

    /// The request, for the access rules.
    package var request: AccessRequest {
        AccessRequest(
            door: door, operation: operation, address: namesAddress ? address : nil, source: source, openFor: openFor)
    }
}

extension SignedClaim {
    package func put(into writer: inout MessageWriter) {
        writer.put(generation)
        writer.put(nonce)
        writer.put(timestamp)
        writer.put(operation.rawValue)
        writer.put(address)
        writer.put(source)
        writer.put(isOnLoopback)
        writer.put(openFor != nil)
        writer.put(openFor ?? 0)
        writer.put(namesAddress)
        writer.put(door)
    }

    package init?(reading reader: inout MessageReader) {
        guard let generation = reader.takeGenerationID(),
            let nonce = reader.takeNonce(), let timestamp = reader.take(UInt64.self),
            let operation = reader.take(UInt8.self).flatMap(SignedKnockBody.Operation.init),
            let address = reader.takeAddress(), let source = reader.takeAddress(),
            let isOnLoopback = reader.takeFlag(), let hasTime = reader.takeFlag(),
            let openFor = reader.take(Milliseconds.self), openFor >= 0, hasTime || openFor == 0,
            let namesAddress = reader.takeFlag(), namesAddress || address == source,
            let door = reader.takeText(), SignedKnockBody.isDoorName(door)
        else { return nil }
        self.init(
            generation: generation, nonce: nonce, timestamp: timestamp, operation: operation, door: door,
            address: address, source: source, isOnLoopback: isOnLoopback, openFor: hasTime ? openFor : nil,
            namesAddress: namesAddress)
    }
}

extension MessageWriter {
    package mutating func put(_ id: GenerationID) {
        put(id.high)
        put(id.low)
    }

    package mutating func put(_ nonce: Nonce) {
        put(nonce.high)
        put(nonce.low)
    }
}

extension MessageReader {
    package mutating func takeGenerationID() -> GenerationID? {
        guard let high = take(UInt64.self), let low = take(UInt64.self) else { return nil }
        return GenerationID(high: high, low: low)
    }

    package mutating func takeNonce() -> Nonce? {
        guard let high = take(UInt64.self), let low = take(UInt64.self) else { return nil }
        return Nonce(high: high, low: low)
    }
}
