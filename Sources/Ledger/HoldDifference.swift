import Doors
import Keys

/// The changes from one list of an opening's holds to another. Each list has at most one hold of a key's generation, or
/// of the sequence.
struct HoldDifference: Equatable {
    /// Holds that are new or changed.
    private(set) var changed: [Hold] = []
    /// Holds whose owners have none left.
    private(set) var gone: [Hold] = []

    init(from former: [Hold], to holds: [Hold]) {
        // Usually each hold has kept its position, and one has changed.
        var place = 0
        while place < min(former.count, holds.count) {
            if former[place] != holds[place] {
                guard Owner(former[place]) == Owner(holds[place]) else { break }
                changed.append(holds[place])
            }
            place += 1
        }
        var left = Dictionary(former[place...].map { (Owner($0), $0) }) { _, last in last }
        for hold in holds[place...] where left.removeValue(forKey: Owner(hold)) != hold { changed.append(hold) }
        gone = Array(left.values)
    }

    private struct Owner: Hashable {
        let holder: Holder
        let generation: GenerationID?

        init(_ hold: Hold) { (holder, generation) = (hold.holder, hold.generation) }
    }
}
