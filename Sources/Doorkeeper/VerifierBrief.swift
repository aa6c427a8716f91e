import Base
import KeyMessages
import Keys
import SignedKnocks

/// What the Verifier that runs was ever told: it cannot order anything else, however late an order comes.
struct VerifierBrief {
    /// By a door's name the longest time that it ever was allowed to be open on request.
    private var longest: [String: Milliseconds] = [:]
    private var generations: Set<GenerationID> = []

    /// It is told more.
    mutating func add(_ orders: [VerifierOrder]) {
        for order in orders {
            switch order {
            case .generation(_, _, _, let keys): generations.insert(keys.id)
            case .door(let door): longest[door.name] = max(longest[door.name] ?? 0, door.longest)
            default: break
            }
        }
    }

    /// Whether it knows this generation.
    func names(_ generation: GenerationID) -> Bool { generations.contains(generation) }

    /// Whether an order can be true: its door and its generation are known, and its time is one that the door ever had.
    func allows(_ order: SignedOrder) -> Bool {
        guard names(order.generation), let longest = longest[order.door] else { return false }
        return order.openFor.map { $0 <= longest } ?? true
    }
}
