import Linux
import Messages

/// Datagrams for the Verifier: as many as fit into a message, and the messages that wait for room in the channel.
struct CandidateQueue {
    private var batch = CandidateBatch()
    private var waiting: [[UInt8]] = []
    /// Datagrams of each generation queued since the queue was last empty.
    private var queued: [Int: Int] = [:]

    /// Whether messages wait for room in the channel.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Takes a place for a datagram of a generation; false if the generation has used up its places.
    mutating func reserve(for generation: Int) -> Bool {
        guard queued[generation, default: 0] < ListenerLimits.queuedOfGeneration else { return false }
        queued[generation, default: 0] += 1
        return true
    }

    /// Adds a datagram. Returns how many others are lost, because there is no room for their message.
    mutating func append(_ candidate: CandidateBatch.Candidate) -> Int {
        let lost = batch.isFull ? close() : 0
        batch.append(candidate)
        return lost
    }

    /// Completes the message, since it is full or there are no more datagrams for now. Returns how many datagrams are
    /// lost, because there is no room for it.
    mutating func close() -> Int {
        guard !batch.isEmpty else { return 0 }
        defer { batch = CandidateBatch() }
        guard waiting.count < ListenerLimits.waitingBatches else { return batch.candidates.count }
        waiting.append(batch.message)
        return 0
    }

    /// Sends what it can.
    mutating func send(over link: RoleChannel) {
        var sent = 0
        while sent < waiting.count, case .sent = link.send(waiting[sent]) { sent += 1 }
        waiting.removeFirst(sent)
        if waiting.isEmpty { queued.removeAll(keepingCapacity: true) }
    }
}
