import Base

/// Decides when the kernel's filter should drop datagrams without a live hint: while their rate exceeds a threshold.
///
/// Packets dropped by the kernel filter cannot be counted. So every ten seconds the filter is lifted for up to half a
/// second, to see whether the flood goes on. A flood of any rate then costs a few milliseconds in ten seconds.
struct FloodDetector {
    private enum Phase: Equatable {
        case quiet
        case guarding(until: Milliseconds)
        /// The filter is lifted, to see whether the flood goes on.
        case looking(until: Milliseconds)
    }

    private var phase = Phase.quiet
    private var counted = 0
    private var since: Milliseconds = 0
    /// The flood state that was reported last.
    private var hasTold = false

    /// Whether the kernel should drop datagrams without a live hint.
    var isGuarding: Bool {
        if case .guarding = phase { true } else { false }
    }

    /// When to call `advance`; nil if nothing is due.
    var nextChange: Milliseconds? {
        switch phase {
        case .quiet: nil
        case .guarding(let until), .looking(let until): until
        }
    }

    /// Counts datagrams without a live hint.
    mutating func count(_ junk: Int, now: Milliseconds) {
        if now - since >= ListenerLimits.floodWindow { (since, counted) = (now, 0) }
        counted += junk
        guard counted >= ListenerLimits.floodDatagrams, !isGuarding else { return }
        phase = .guarding(until: now + ListenerLimits.guardTime)
    }

    /// Changes the phase if its time is over.
    mutating func advance(to now: Milliseconds) {
        guard let moment = nextChange, moment <= now else { return }
        phase = isGuarding ? .looking(until: now + ListenerLimits.quietTime) : .quiet
        (since, counted) = (now, 0)
    }

    /// Whether a flood has begun (true) or ended (false), once for each; nil if there is nothing new.
    mutating func takeTelling() -> Bool? {
        let isFlooded = phase != .quiet
        defer { hasTold = isFlooded }
        return isFlooded == hasTold ? nil : isFlooded
    }
}
