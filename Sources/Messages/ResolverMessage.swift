package import Packets

/// A question of the Doorkeeper or an answer of the Resolver: one address at a time.
package enum ResolverMessage: Equatable {
    /// To the Resolver: look up this address's name.
    case question(IPAddress)
    /// From the Resolver: the name as found; nil if there is none or it does not fit into a message.
    case answer(IPAddress, name: String?)

    private enum Kind: UInt8 {
        case question = 1
        case answer = 2
    }

    package var message: [UInt8] {
        switch self {
        case .question(let address): MessageWriter.message(Kind.question) { $0.put(address) }
        case .answer(let address, let name):
            MessageWriter.message(Kind.answer) { writer in
                writer.put(address)
                writer.put(name.flatMap { $0.utf8.count <= MessagesLimits.hostNameBytes ? $0 : nil } ?? "")
            }
        }
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        switch reader.takeKind(Kind.self) {
        case .question:
            guard let address = reader.takeAddress() else { return nil }
            self = .question(address)
        case .answer:
            guard let address = reader.takeAddress(), let name = reader.takeText() else { return nil }
            self = .answer(address, name: name.isEmpty ? nil : name)
        case nil: return nil
        }
        if !reader.isAtEnd { return nil }
    }
}
