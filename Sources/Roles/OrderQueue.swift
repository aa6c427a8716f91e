/// Orders that the channel to the Listener has no room for yet.
///
/// However often the doors or addresses change, two configurations wait at most: the one whose first part is sent, and
/// the newest. Those between them are left out, since the Listener would only fall behind with what counts no more.
struct OrderQueue {
    private struct Batch {
        let messages: [[UInt8]]
        let isConfiguration: Bool
        var sent = 0
    }

    private var batches: [Batch] = []

    /// Whether nothing waits.
    var isEmpty: Bool { batches.isEmpty }

    /// Takes orders, those of a configuration in one piece; the other ones keep their order and go before it.
    mutating func append(_ orders: [ListenerOrder]) {
        let others = orders.filter { !$0.isOfConfiguration }
        if !others.isEmpty { batches.append(Batch(messages: others.map(\.message), isConfiguration: false)) }
        let configuration = orders.filter(\.isOfConfiguration)
        guard !configuration.isEmpty else { return }
        batches.removeAll { $0.isConfiguration && $0.sent == 0 }
        batches.append(Batch(messages: configuration.map(\.message), isConfiguration: true))
    }

    /// Sends what it can.
    ///
    /// - Parameter send: sends one message; false if there is no room for it.
    mutating func send(_ send: ([UInt8]) -> Bool) {
        while let batch = batches.first {
            guard batch.sent < batch.messages.count else {
                batches.removeFirst()
                continue
            }
            guard send(batch.messages[batch.sent]) else { return }
            batches[0].sent += 1
        }
    }
}

extension ListenerOrder {
    /// Whether it is one of those that `apply` ends.
    fileprivate var isOfConfiguration: Bool {
        switch self {
        case .report, .localAddress, .door, .apply: true
        case .capture, .release, .ping: false
        }
    }
}
