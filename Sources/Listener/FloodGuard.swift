import Base
import Hints

/// Decides what the kernel's filter should drop while a flood comes to the signed port: datagrams without a live hint,
/// and most of those under a hint of a key whose share is exceeded.
struct FloodGuard {
    private var detector = FloodDetector()
    private var thinning = HintThinning()
    /// What the kernel should do with datagrams now.
    private(set) var rules = HintRules()
    /// What `rules` were made of, beside the hints.
    private var basis = (isGuarding: false, thinned: [Int: Int]())

    /// Follows a new set of live hints, of this many generations.
    mutating func adopt(_ hints: borrowing LiveHints, generations: Int) {
        thinning.reserve(generations)
        makeRules(hints)
    }

    /// Counts a datagram with a live hint.
    mutating func countLive(_ generation: Int, now: Milliseconds) { thinning.count(generation, now: now) }

    /// Counts datagrams without one.
    mutating func countJunk(_ count: Int, now: Milliseconds) { detector.count(count, now: now) }

    /// Changes the rules if datagrams or time have given a reason. True if a flood of junk has begun, false if it has
    /// ended; nil if neither.
    mutating func advance(_ hints: borrowing LiveHints, to now: Milliseconds) -> Bool? {
        detector.advance(to: now)
        thinning.advance(to: now)
        if basis != (detector.isGuarding, thinning.thinned) { makeRules(hints) }
        return detector.takeTelling()
    }

    /// When to call `advance` next; nil if nothing is due.
    var nextChange: Milliseconds? { [detector.nextChange, thinning.nextChange].compactMap { $0 }.min() }

    private mutating func makeRules(_ hints: borrowing LiveHints) {
        basis = (detector.isGuarding, thinning.thinned)
        let thinned = basis.thinned.isEmpty ? [] : hints.hints(of: Set(basis.thinned.keys))
        // Of too many, those that come most often.
        let most = thinned.map { (hint: $0.hint, bits: basis.thinned[$0.generation] ?? 0) }
            .sorted { $0.bits > $1.bits }.prefix(HintsLimits.hintsThinned)
        rules = HintRules(
            only: basis.isGuarding ? hints.few : nil,
            thinned: Dictionary(most.map { ($0.hint, $0.bits) }) { max($0, $1) })
    }
}
