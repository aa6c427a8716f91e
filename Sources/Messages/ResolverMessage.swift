package import Packets

/// What the Doorkeeper and the Resolver tell each other: one address at a time.
package enum ResolverMessage: Equatable {
    /// To the Resolver: what is this address's name?
    case question(IPAddress)
    /// From the Resolver: this, as it was found; nil if it has none, or one that no message has room for.
    case answer(IPAddress, name: String?)

    package var message: [UInt8] {
        switch self {
        case .question(let address):
            var writer = MessageWriter(kind: 1)
            writer.put(address)
            return writer.message
        case .answer(let address, let name):
            var writer = MessageWriter(kind: 2)
            writer.put(address)
            writer.put(name.flatMap { $0.utf8.count <= MessagesLimits.hostNameBytes ? $0 : nil } ?? "")
            return writer.message
        }
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        switch reader.take(UInt8.self) {
        case 1:
            guard let address = reader.takeAddress() else { return nil }
            self = .question(address)
        case 2:
            guard let address = reader.takeAddress(), let name = reader.takeText() else { return nil }
            self = .answer(address, name: name.isEmpty ? nil : name)
        default:
            return nil
        }
        if !reader.isAtEnd { return nil }
    }
}
