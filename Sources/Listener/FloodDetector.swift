import Base

/// Decides when the live hints belong in the kernel's filter: while junk comes faster than a threshold.
///
/// What the kernel refuses nobody counts. So every few seconds it is let through again for a moment, to see whether it
/// still comes: at any rate a flood then costs some milliseconds in ten seconds.
struct FloodDetector {
    private enum Phase: Equatable {
        case quiet
        case guarding(until: Milliseconds)
        /// To see whether it still comes.
        case looking(until: Milliseconds)
    }

    private var phase = Phase.quiet
    private var counted = 0
    private var since: Milliseconds = 0
    /// What was told last, of whether junk comes.
    private var hasTold = false

    /// Whether the kernel should refuse what has no live hint.
    var isGuarding: Bool {
        if case .guarding = phase { true } else { false }
    }

    /// When to call `advance`; nil while nothing is to come.
    var nextChange: Milliseconds? {
        switch phase {
        case .quiet: nil
        case .guarding(let until), .looking(let until): until
        }
    }

    /// So much junk has come.
    mutating func count(_ junk: Int, now: Milliseconds) {
        if now - since >= ListenerLimits.floodWindow { (since, counted) = (now, 0) }
        counted += junk
        guard counted >= ListenerLimits.floodDatagrams, !isGuarding else { return }
        phase = .guarding(until: now + ListenerLimits.guardTime)
    }

    /// Goes on with time.
    mutating func advance(to now: Milliseconds) {
        guard let moment = nextChange, moment <= now else { return }
        phase = isGuarding ? .looking(until: now + ListenerLimits.quietTime) : .quiet
        (since, counted) = (now, 0)
    }

    /// Whether it has begun or ended to come too fast, once for each; nil if nothing is new.
    mutating func takeTelling() -> Bool? {
        let isFlooded = phase != .quiet
        defer { hasTold = isFlooded }
        return isFlooded == hasTold ? nil : isFlooded
    }
}
