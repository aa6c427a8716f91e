package import Base

/// Complete state of one opening, so that a change can be undone.
package struct OpeningState: Equatable, Sendable {
    package let opening: Opening?
    let progress: OpeningProgress?
    let successor: Successor?
}

extension OpenDoors {
    /// Returns the state of an opening.
    package func state(of key: OpeningKey) -> OpeningState {
        OpeningState(
            opening: openings[key], progress: progress[key], successor: successors[key]
        )
    }

    /// Restores an opening to a former state, its holders' places included.
    package mutating func restore(_ key: OpeningKey, to former: OpeningState) {
        let present = holders(of: key)
        if former.opening == nil { remove(key) }
        successors[key] = former.successor
        if let opening = former.opening {
            insert(opening, former.progress ?? OpeningProgress(starter: opening.firstHolder))
            if opening.phase == .open { watch(opening) }
            if let next = former.progress?.retry.next { retries.insert(key, deadline: next) }
        }
        let past = holders(of: key)
        for holder in present.subtracting(past) { quotas.release(holder, at: key.door) }
        for holder in past.subtracting(present) { quotas.take(holder, at: key.door) }
    }

    /// Ends the holds of one opening that a claim has added or extended.
    package mutating func end(_ key: OpeningKey, of proof: Proof, now: Milliseconds) -> CloseOutcome? {
        end(key, now: now) { $0.holder == proof.holder && $0.generation == proof.generation }
    }
}
