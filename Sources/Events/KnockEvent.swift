import Base
package import Packets

/// Events of sequences.
package enum KnockEvent: Equatable, Sendable {
    case stage(Int, door: String, source: IPAddress)
    case openSesame(door: String, source: IPAddress)
    case timeout(stage: Int, door: String, source: IPAddress)
    /// - Parameter by: the wrong packet that ended the attempt.
    case reset(stage: Int, by: String, door: String, source: IPAddress)
    case refused(Refusal, door: String, source: IPAddress)
    /// A completed sequence that is ignored during a cooldown.
    case inCooldown(seconds: Int, door: String, source: IPAddress)

    /// Why a correct proof opens nothing.
    package enum Refusal: Equatable, Sendable {
        case tooOften
        case tooManyFromSource
        case tooManyInAll
        case full(limit: Int)
        case commandTooLong
        case tooManyWaiting(Int)
        case notRecorded
        case notSpent(reason: String)
    }

    var facts: EventFacts {
        switch self {
        case .stage(let stage, let door, let source): EventFacts("Stage \(stage)", door: door, from: source)
        case .openSesame(let door, let source): EventFacts("OPEN SESAME", door: door, from: source)
        case .timeout(let stage, let door, let source):
            EventFacts("sequence timeout (stage \(stage))", door: door, from: source)
        case .reset(let stage, let knock, let door, let source):
            EventFacts("attempt at stage \(stage) ended by \(knock)", door: door, from: source)
        case .refused(let refusal, let door, let source): refusal.facts(door, source)
        case .inCooldown(let seconds, let door, let source):
            EventFacts("ignored for \(seconds) s more (seq_cooldown)", door: door, from: source)
        }
    }
}

extension KnockEvent.Refusal {
    fileprivate func facts(_ door: String, _ source: IPAddress) -> EventFacts {
        func refused(_ why: String, _ severity: EventFacts.Severity = .notice) -> EventFacts {
            EventFacts("refused: \(why)", severity, door: door, from: source)
        }
        return switch self {
        case .tooOften: refused("too many knocks for this door")
        case .tooManyFromSource: refused("too many knocks from this source (SourceRate)")
        case .tooManyInAll: refused("too many knocks in all (TotalRate)")
        case .full(let limit):
            refused("the door is open for \(Counted.text(limit, "address", plural: "addresses")), its max_openings")
        case .commandTooLong:
            refused("parsed command would be too long")
                .complaint("error: parsed start command has been truncated! --> won't execute it")
        case .tooManyWaiting(let limit):
            refused("too many start commands are waiting (\(limit))")
        case .notRecorded: refused("the opening cannot be recorded")
        case .notSpent(let reason): refused("its one-time sequence cannot be marked as used: \(reason)", .error)
        }
    }
}
