import Base
import KeyMessages
import Keys
import SignedKnocks

/// What the Verifier that runs was ever told: it cannot claim anything else, however late a claim comes.
struct VerifierKnowledge {
    /// By a door's name the longest time that it ever was allowed to be open on request.
    private var longest: [String: Milliseconds] = [:]
    private var generations: Set<GenerationID> = []

    /// It is told more.
    mutating func add(_ controls: [VerifierControl]) {
        for control in controls {
            switch control {
            case .generation(_, _, _, let keys): generations.insert(keys.id)
            case .door(let door): longest[door.name] = max(longest[door.name] ?? 0, door.longest)
            default: break
            }
        }
    }

    /// Whether it knows this generation.
    func names(_ generation: GenerationID) -> Bool { generations.contains(generation) }

    /// Whether a claim can be true: its door and its generation are known, and its time is one that the door ever had.
    func allows(_ claim: SignedClaim) -> Bool {
        guard names(claim.generation), let longest = longest[claim.door] else { return false }
        return claim.openFor.map { $0 <= longest } ?? true
    }
}
