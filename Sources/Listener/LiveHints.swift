import Hints
import Messages

/// The live hints, as the Verifier sent them last.
struct LiveHints: ~Copyable {
    private var table = HintTable()
    /// The hints of the table, if they are few enough for the kernel's filter; otherwise nil.
    private(set) var few: [UInt64]?
    /// Whether the Verifier has sent hints.
    private(set) var haveCome = false
    /// The part of the next set that has come.
    private var coming: [(hint: UInt64, generation: Int)] = []

    /// Adds hints from the Verifier. The number of generations once a complete set is in use; nil before that.
    mutating func add(_ batch: HintBatch) -> Int? {
        if batch.isFirst { coming = [] }
        guard coming.count <= ListenerLimits.hints else { return nil }
        coming += batch.hints
        guard batch.isLast else { return nil }
        table = HintTable(coming)
        few = coming.count <= HintsLimits.hintsInFilter ? coming.map(\.hint) : nil
        haveCome = true
        let generations = (coming.map(\.generation).max() ?? -1) + 1
        coming = []
        return generations
    }

    /// The first generation that a hint can be of; nil if it is not live.
    func generation(of hint: UInt64) -> Int? { table.first(hint) }

    /// The live hints of these generations, each with its generation.
    func hints(of generations: Set<Int>) -> [(hint: UInt64, generation: Int)] { table.hints(of: generations) }
}
