package import Doors
package import Keys
package import SignedKnocks

/// What has to be on the disk, all of it or nothing. Of each opening the last state counts.
package struct DoorRecord: Equatable, Sendable {
    /// Openings as they are now; nil for those that are over.
    package private(set) var openings: [OpeningKey: Opening?] = [:]
    package internal(set) var spendings: [Spending] = []
    /// Generations whose floors rose for knocks over a rate.
    package internal(set) var raised: Set<GenerationID> = []

    package var isEmpty: Bool { openings.isEmpty && spendings.isEmpty && raised.isEmpty }

    mutating func note(_ opening: Opening) { openings[opening.key] = .some(opening) }

    mutating func noteEnd(of key: OpeningKey) { openings[key] = .some(nil) }

    mutating func forget(_ key: OpeningKey) { openings.removeValue(forKey: key) }
}
