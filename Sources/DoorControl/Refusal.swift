import Doors
import Events
import SignedKnocks

/// Why a claim is refused. Each kind of proof has its own words for it.
enum Refusal {
    case overRate(ClaimRateLimiter.Excess)
    case full(limit: Int)
    case commandTooLong
    /// - Parameter count: number of starts that wait at the door.
    case tooManyWaiting(Int)
    case notRecorded

    /// Whether the claim was within its rate and its proof cannot be used again.
    var spendsProof: Bool {
        switch self {
        case .full, .commandTooLong, .tooManyWaiting: true
        case .overRate, .notRecorded: false
        }
    }

    var isOverRate: Bool { if case .overRate = self { true } else { false } }

    /// The reason in the words of a refused sequence.
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

    /// The reason in the words of a refused signed knock (docs/PROTOCOL.md, steps 8 and 9).
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
