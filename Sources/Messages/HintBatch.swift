/// A part of the live hints, from the Verifier for the Listener.
package struct HintBatch: Equatable {
    /// The size of one hint in a message, in bytes, and the most hints in one message.
    private static let size = 12
    package static let most = (CandidateBatch.messageSize - 5) / size

    /// Whether the hints received before are discarded.
    package let isFirst: Bool
    /// Whether the set is complete, and replaces the former one.
    package let isLast: Bool
    /// Each hint with the number of its generation, below `MessagesLimits.hintGenerations`.
    package let hints: [(hint: UInt64, generation: Int)]

    package static func == (left: HintBatch, right: HintBatch) -> Bool {
        left.isFirst == right.isFirst && left.isLast == right.isLast
            && left.hints.elementsEqual(right.hints) { $0 == $1 }
    }

    package init(isFirst: Bool, isLast: Bool, hints: [(hint: UInt64, generation: Int)]) {
        self.isFirst = isFirst
        self.isLast = isLast
        self.hints = hints
    }

    /// The messages that carry all these hints.
    package static func batches(of hints: [(hint: UInt64, generation: Int)]) -> [HintBatch] {
        let starts = hints.isEmpty ? [0] : Array(stride(from: 0, to: hints.count, by: most))
        return starts.map { start in
            let end = min(start + most, hints.count)
            return HintBatch(isFirst: start == 0, isLast: end == hints.count, hints: Array(hints[start..<end]))
        }
    }

    package var message: [UInt8] {
        MessageWriter.message(CandidateBatch.Kind.hints, size: CandidateBatch.messageSize) { writer in
            writer.put(isFirst)
            writer.put(isLast)
            writer.put(UInt16(hints.count))
            for (hint, generation) in hints {
                writer.put(hint)
                writer.put(UInt32(generation))
            }
        }
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        guard reader.takeKind(CandidateBatch.Kind.self) == .hints, let isFirst = reader.takeFlag(),
            let isLast = reader.takeFlag(), let count = reader.take(UInt16.self), Int(count) <= Self.most
        else { return nil }
        var hints: [(hint: UInt64, generation: Int)] = []
        for _ in 0..<count {
            guard let hint = reader.take(UInt64.self), let generation = reader.take(UInt32.self),
                generation < MessagesLimits.hintGenerations
            else { return nil }
            hints.append((hint, Int(generation)))
        }
        if !reader.isAtEnd { return nil }
        self.init(isFirst: isFirst, isLast: isLast, hints: hints)
    }
}
