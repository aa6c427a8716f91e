import Doors
import Events
import SignedKnocks

extension OrderAllowance.Excess {
    /// As a signed knock is refused for it.
    var reason: RejectReason {
        switch self {
        case .ofClaimant: .tooManyKnocks
        case .fromSource: .tooManyFromSource
        case .inAll: .tooManyInAll
        }
    }

    /// As a classic knock is.
    var refusal: Event.Refusal {
        switch self {
        case .ofClaimant: .tooOften
        case .fromSource: .tooManyFromSource
        case .inAll: .tooManyInAll
        }
    }
}
