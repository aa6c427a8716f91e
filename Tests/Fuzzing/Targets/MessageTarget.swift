import KeyMessages
import Messages

extension FuzzTarget {
    /// A message that is understood is written as the same bytes again, and a longer or shorter one is not understood.
    static func takeMessage(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let size = kind % 7 < 2 ? CandidateBatch.messageSize : RoleMessage.size
        let content = Array(bytes.dropFirst().prefix(size))
        let message = content + [UInt8](repeating: 0, count: size - content.count)
        let again: [UInt8]? =
            switch kind % 7 {
            case 0: CandidateBatch(message)?.message
            case 1: HintBatch(message)?.message
            case 2: ListenerControl(message)?.message
            case 3: ListenerReport(message)?.message
            case 4: VerifierControl(message)?.message
            case 5: VerifierReport(message)?.message
            default: ResolverMessage(message)?.message
            }
        precondition(again == nil || again == message, "\(kind % 7): \(content)")
    }
}
