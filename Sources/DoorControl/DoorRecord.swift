package import Doors
package import Keys
package import SignedKnocks

/// Changes that must be durable together or not at all. For each opening only its last state is kept.
package struct DoorRecord: Equatable, Sendable {
    /// Current state of openings; nil for closed ones.
    package private(set) var openings: [OpeningKey: Opening?] = [:]
    package internal(set) var spendings: [Spending] = []
    /// Generations whose floors rose for knocks over a rate.
    package internal(set) var raised: Set<GenerationID> = []

    package var isEmpty: Bool { openings.isEmpty && spendings.isEmpty && raised.isEmpty }

    mutating func note(_ opening: Opening) { openings[opening.key] = .some(opening) }

    mutating func noteEnd(of key: OpeningKey) { openings[key] = .some(nil) }

    mutating func forget(_ key: OpeningKey) { openings.removeValue(forKey: key) }
}
