package import Base

/// Why a datagram opens nothing, in the order of the server's steps (docs/PROTOCOL.md, "What the server does").
package enum RejectReason: Error, Equatable, Sendable {
    // 1
    case length
    // 2
    case unknownHint
    /// The generation was usable when the hint was looked up.
    case generationEnded
    // 3
    case wrongTag
    // 4
    case hintOfAnotherEpoch
    case unknownOperation
    case secondsInClose
    case reservedNotZero
    case malformedDoor
    case addressNotAllowed
    case sourceNotAllowed
    // 5
    /// How far the timestamp is ahead of the server's clock, in milliseconds; negative if it is behind.
    case outsideWindow(skew: Milliseconds)
    // 6
    case unknownDoor
    case keyNotListed
    /// The door has no command for the address's family, or nothing to close.
    case impossibleOperation
    case addressDiffers
    case addressMissing
    // 7
    /// Only knocks of this generation with a greater timestamp are valid.
    case belowFloor(until: UInt64)
    // 8
    case replayed
    /// A newer knock of this key has asked for the opposite operation.
    case overtaken
    case replayTableFull
    case notRecorded
    // 9
    case tooManyKnocks
    case tooManyFromSource
    case tooManyInAll
    case tooManyOpenings(limit: Int)
    case tooManyWaiting
    case commandTooLong

    /// The number of the server's step, from 1 to 9.
    package var step: Int {
        switch self {
        case .length: 1
        case .unknownHint, .generationEnded: 2
        case .wrongTag: 3
        case .hintOfAnotherEpoch, .unknownOperation, .secondsInClose, .reservedNotZero, .malformedDoor,
            .addressNotAllowed, .sourceNotAllowed:
            4
        case .outsideWindow: 5
        case .unknownDoor, .keyNotListed, .impossibleOperation, .addressDiffers, .addressMissing: 6
        case .belowFloor: 7
        case .replayed, .overtaken, .replayTableFull, .notRecorded: 8
        case .tooManyKnocks, .tooManyFromSource, .tooManyInAll, .tooManyOpenings, .tooManyWaiting, .commandTooLong: 9
        }
    }
}
