import Base
import KeyMessages
import Keys
import SignedKnocks

/// Everything that the running Verifier was ever sent: it can claim nothing else, however late.
struct VerifierKnowledge {
    /// The longest time on request that each door ever had, by its name.
    private var longest: [String: Milliseconds] = [:]
    private var generations: Set<GenerationID> = []

    /// Adds controls that it is sent.
    mutating func add(_ controls: [VerifierControl]) {
        for control in controls {
            switch control {
            case .generation(_, _, _, let keys): generations.insert(keys.id)
            case .door(let door): longest[door.name] = max(longest[door.name] ?? 0, door.longest)
            default: break
            }
        }
    }

    /// Whether it was sent this generation.
    func names(_ generation: GenerationID) -> Bool { generations.contains(generation) }

    /// Whether a claim can be true: its door and generation were sent, and the door once allowed its time.
    func allows(_ claim: SignedClaim) -> Bool {
        guard names(claim.generation), let longest = longest[claim.door] else { return false }
        return claim.openFor.map { $0 <= longest } ?? true
    }
}
