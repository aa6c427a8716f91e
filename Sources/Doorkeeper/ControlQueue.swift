import Keys
import Messages

/// Controls that the channel to a role has no room for yet.
///
/// However often the configuration changes, two configurations wait at most: the one whose first part is sent, and the
/// newest. Those between them are left out, since the role would only fall behind with what counts no more. What has been
/// sent is overwritten: it may be keys.
struct ControlQueue<Control: RoleControl> {
    private struct Batch {
        var messages: [[UInt8]]
        let isConfiguration: Bool
        var sent = 0
    }

    private var batches: [Batch] = []

    /// Whether nothing waits.
    var isEmpty: Bool { batches.isEmpty }

    /// How many things wait, a configuration being one.
    var count: Int { batches.count }

    /// Takes controls, those of a configuration in one piece; the other ones keep their order and go before it.
    mutating func append(_ controls: [Control]) {
        let others = controls.filter { !$0.isOfConfiguration }
        if !others.isEmpty { batches.append(Batch(messages: others.map(\.message), isConfiguration: false)) }
        let configuration = controls.filter(\.isOfConfiguration)
        guard !configuration.isEmpty else { return }
        batches.removeAll { $0.isConfiguration && $0.sent == 0 }
        batches.append(Batch(messages: configuration.map(\.message), isConfiguration: true))
    }

    /// Sends what it can.
    ///
    /// - Parameter send: sends one message; false if there is no room for it.
    mutating func send(_ send: ([UInt8]) -> Bool) {
        while !batches.isEmpty {
            let next = batches[0].sent
            guard next < batches[0].messages.count else {
                batches.removeFirst()
                continue
            }
            guard send(batches[0].messages[next]) else { return }
            SecretBytes.wipe(&batches[0].messages[next])
            batches[0].sent += 1
        }
    }
}
