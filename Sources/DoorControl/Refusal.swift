import Doors
import Events
import SignedKnocks

/// Why a claim leads to nothing, whatever proof it was. Each kind of proof has words of its own for it.
enum Refusal {
    case overRate(ClaimRateLimiter.Excess)
    case full(limit: Int)
    case commandTooLong
    /// - Parameter count: how many starts wait at the door.
    case tooManyWaiting(Int)
    case notRecorded

    var isOverRate: Bool { if case .overRate = self { true } else { false } }

    /// As a refused sequence is told.
    var ofSequence: KnockEvent.Refusal {
        switch self {
        case .overRate(.ofClaimant): .tooOften
        case .overRate(.fromSource): .tooManyFromSource
        case .overRate(.inAll): .tooManyInAll
        case .full(let limit): .full(limit: limit)
        case .commandTooLong: .commandTooLong
        case .tooManyWaiting(let count): .tooManyWaiting(count)
        case .notRecorded: .notRecorded
        }
    }

    /// As a refused signed knock is told (docs/PROTOCOL.md, steps 8 and 9).
    var ofSigned: RejectReason {
        switch self {
        case .overRate(.ofClaimant): .tooManyKnocks
        case .overRate(.fromSource): .tooManyFromSource
        case .overRate(.inAll): .tooManyInAll
        case .full(let limit): .tooManyOpenings(limit: limit)
        case .commandTooLong: .commandTooLong
        case .tooManyWaiting: .tooManyWaiting
        case .notRecorded: .notRecorded
        }
    }
}
