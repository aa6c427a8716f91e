import Hints
package import Keys
package import SignedKnocks

/// What must survive of signed knocks: the spent ones, the floors, and when keys were used.
package struct ReplayState: Sendable {
    package var spent: [SpentKnock]
    package var floors: [ReplayCache.Floor]
    package var uses: [GenerationID: KeyUse]

    package init(spent: [SpentKnock] = [], floors: [ReplayCache.Floor] = [], uses: [GenerationID: KeyUse] = [:]) {
        self.spent = spent
        self.floors = floors
        self.uses = uses
    }

    var isEmpty: Bool { spent.isEmpty && floors.isEmpty && uses.isEmpty }

    /// What tells one spent knock from all others.
    private struct Name: Hashable {
        let generation: GenerationID
        let nonce: Nonce
    }

    /// What of this nobody who has `known` knows yet: other knocks, higher floors, other uses.
    func beyond(_ known: ReplayState) -> ReplayState {
        let names = Set(known.spent.map { Name(generation: $0.generation, nonce: $0.nonce) })
        let floors = Dictionary(known.floors.map { ($0.generation, $0.floor) }) { max($0, $1) }
        return ReplayState(
            spent: spent.filter { !names.contains(Name(generation: $0.generation, nonce: $0.nonce)) },
            floors: self.floors.filter { entry in floors[entry.generation].map { $0 < entry.floor } ?? true },
            uses: uses.filter { known.uses[$0.key] != $0.value })
    }

    /// Both together; of two floors of a generation the higher.
    func joined(with other: ReplayState) -> ReplayState {
        let new = other.beyond(self)
        let raised = Set(new.floors.map(\.generation))
        return ReplayState(
            spent: spent + new.spent,
            floors: floors.filter { !raised.contains($0.generation) } + new.floors,
            uses: uses.merging(new.uses) { $0.joined(with: $1) })
    }
}
