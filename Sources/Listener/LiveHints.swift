import Hints
import Messages

/// The hints that are live, as the Verifier has told them last.
struct LiveHints: ~Copyable {
    private var table = HintTable()
    /// Those of the table, if they are few enough for the kernel's filter.
    private(set) var few: [UInt64]?
    /// Whether any have come.
    private(set) var haveCome = false
    /// A set that has not come as a whole yet.
    private var coming: [(hint: UInt64, generation: Int)] = []

    /// Takes a part of a set. How many generations the set is of, once it is whole and counts; else nil.
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
}
