import Hints
package import Keys
package import SignedKnocks

/// The signed-knock state that must survive: spent knocks, floors, and the use of keys.
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

    /// The identity of a spent knock.
    private struct Name: Hashable {
        let generation: GenerationID
        let nonce: Nonce
    }

    /// The part of this state that is not in `known`: other knocks, higher floors, other uses.
    func beyond(_ known: ReplayState) -> ReplayState {
        let names = Set(known.spent.map { Name(generation: $0.generation, nonce: $0.nonce) })
        let floors = Dictionary(known.floors.map { ($0.generation, $0.floor) }) { max($0, $1) }
        return ReplayState(
            spent: spent.filter { !names.contains(Name(generation: $0.generation, nonce: $0.nonce)) },
            floors: self.floors.filter { entry in floors[entry.generation].map { $0 < entry.floor } ?? true },
            uses: uses.filter { known.uses[$0.key] != $0.value })
    }

    /// The union of both states; of two floors of a generation the higher one.
    func joined(with other: ReplayState) -> ReplayState {
        let new = other.beyond(self)
        let raised = Set(new.floors.map(\.generation))
        return ReplayState(
            spent: spent + new.spent,
            floors: floors.filter { !raised.contains($0.generation) } + new.floors,
            uses: uses.merging(new.uses) { $0.joined(with: $1) })
    }
}
