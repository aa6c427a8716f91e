import Base
import Events
import Keys

/// What a log line is about, where it is one that somebody can cause as often as he likes.
///
/// A line about a proof that counts (a completed sequence, a signed knock, a close) is of none of these: it is always written,
/// and the allowances of keys and doors bound how many there are.
enum LineKind: Hashable {
    /// What anybody can do: first knocks, and what becomes of them.
    case attempts
    /// The signed port under junk.
    case junk
    /// Completed sequences that open nothing.
    case refusedSequences(door: String)
    /// Signed knocks that do nothing: whoever has caught one can send it again.
    case refusedKnocks(key: KeyName)
    /// What follows from a proof at a door, and repeats itself.
    case details(door: String)

    /// Of a line that takes no proof.
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

    /// Of a line about a proof; nil if it is always written.
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

    /// How many lines of a kind there may be. The Listener, and the Verifier for each generation, have less for themselves, so
    /// that what they let through is written.
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
