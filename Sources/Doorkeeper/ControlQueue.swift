import Keys
import Messages

/// Controls that wait for room in the channel to a role.
///
/// At most two configurations wait, however often it changes: the one that is partly sent, and the newest. Those
/// between them are dropped, since the role would apply them only to replace them. Sent messages are overwritten,
/// because they may contain keys.
struct ControlQueue<Control: RoleControl> {
    private struct Batch {
        var messages: [[UInt8]]
        let isConfiguration: Bool
        var sent = 0
    }

    private var batches: [Batch] = []

    /// Whether no control waits.
    var isEmpty: Bool { batches.isEmpty }

    /// Number of batches that wait. A configuration is one batch.
    var count: Int { batches.count }

    /// Queues controls. Those of a configuration form one batch, after the others, which keep their order.
    mutating func append(_ controls: [Control]) {
        let others = controls.filter { !$0.isOfConfiguration }
        if !others.isEmpty { batches.append(Batch(messages: others.map(\.message), isConfiguration: false)) }
        let configuration = controls.filter(\.isOfConfiguration)
        guard !configuration.isEmpty else { return }
        batches.removeAll { $0.isConfiguration && $0.sent == 0 }
        batches.append(Batch(messages: configuration.map(\.message), isConfiguration: true))
    }

    /// Sends waiting messages until there is no more room.
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
