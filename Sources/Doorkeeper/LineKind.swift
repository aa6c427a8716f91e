import Base
import Events
import Keys

/// Kind of a log line that remote hosts can cause at will. Each kind has a budget.
///
/// A line about a valid proof (a completed sequence, a signed knock, a close) has no kind and is always written. The
/// allowances of keys and doors limit the number of those.
enum LineKind: Hashable {
    /// Lines that need no proof: first knocks and their outcomes.
    case attempts
    /// Floods of the signed port.
    case junk
    /// Completed sequences that open nothing.
    case refusedSequences(door: String)
    /// Signed knocks without effect. Anyone who has captured one can send it again.
    case refusedKnocks(key: KeyName)
    /// Consequences of a proof that repeat themselves.
    case details(door: String)

    /// The kind of a line that needs no proof.
    init(ofStranger event: Event) {
        switch event {
        case .signed(.refused(_, let label, _, _)), .signed(.atAnotherTime(let label, _, _)),
            .signed(.byRetired(let label, _)):
            self = .refusedKnocks(key: label.key)
        case .signed(.portFlooded), .signed(.portQuiet): self = .junk
        case .knock(.inCooldown(_, let door, _)): self = .refusedSequences(door: door)
        case .knock(.stage), .knock(.openSesame), .knock(.timeout), .knock(.reset), .knock(.refused), .signed(.knock),
            .signed(.close), .signed(.nothingToClose), .signed(.counts):
            self = .attempts
        case .opening, .command, .interface, .role, .key, .ledger, .daemon, .detail: self = .attempts
        }
    }

    /// The kind of a line about a proof; nil if it is always written.
    init?(ofProof event: Event) {
        switch event {
        case .knock(.refused(_, let door, _)): self = .refusedSequences(door: door)
        case .knock(.stage(_, let door, _)), .opening(.extended(_, let door, _)),
            .opening(.stopFailed(_, _, let door, _)), .command(.waits(_, let door)), .command(.running(_, let door)):
            self = .details(door: door)
        case .knock(.openSesame), .knock(.timeout), .knock(.reset), .knock(.inCooldown): return nil
        case .opening, .command, .signed, .interface, .role, .key, .ledger, .daemon, .detail: return nil
        }
    }

    /// The budget of a kind. The Listener, and the Verifier for each generation, have smaller budgets of their own, so
    /// that the lines they report are written.
    var full: TokenBucket {
        switch self {
        case .attempts: Self.bucket(DoorkeeperLimits.attemptLines)
        case .junk: Self.bucket(DoorkeeperLimits.junkLines)
        case .refusedSequences, .refusedKnocks: Self.bucket(DoorkeeperLimits.refusalLines)
        case .details: Self.bucket(DoorkeeperLimits.detailLines)
        }
    }

    private static func bucket(_ limit: (burst: Int, count: Int, interval: Milliseconds)) -> TokenBucket {
        TokenBucket(burst: limit.burst, count: limit.count, in: limit.interval)
    }
}
