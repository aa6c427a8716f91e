import Linux
import Messages

/// Datagrams for the Verifier: as many as fit into a message, and the messages that wait for room in the channel.
struct CandidateQueue {
    private var batch = CandidateBatch()
    private var waiting: [[UInt8]] = []
    /// By generation, how many have joined since nothing waited.
    private var queued: [Int: Int] = [:]

    /// Whether messages wait for room.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Takes a place for a datagram of a generation; false if the generation has all that it may have.
    mutating func reserve(for generation: Int) -> Bool {
        guard queued[generation, default: 0] < ListenerLimits.queuedOfGeneration else { return false }
        queued[generation, default: 0] += 1
        return true
    }

    /// Adds a datagram. How many others are lost, since there is no room for their message.
    mutating func append(_ candidate: CandidateBatch.Candidate) -> Int {
        let lost = batch.isFull ? close() : 0
        batch.append(candidate)
        return lost
    }

    /// Completes the message: there is nothing more to come for now. How many datagrams are lost, since there is no room
    /// for it.
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
