import Base
package import Packets

/// Events of openings.
package enum OpeningEvent: Equatable, Sendable {
    /// - Parameter until: time of day.
    case extended(until: String, door: String, source: IPAddress)
    /// Its check finds it gone.
    case isGone(door: String, source: IPAddress)
    /// Whether it is in place is unknown, or the door has changed.
    case runsAnew(door: String, source: IPAddress)
    case openAgain(until: String, door: String, source: IPAddress)
    case timeout(door: String, source: IPAddress)
    /// - Parameter next: time of day of the next try; nil if stop runs at the end of the next opening, which begins
    ///   now.
    case stopFailed(reason: String, next: String?, door: String, source: IPAddress)
    /// Its check finds nothing open.
    case stopNotNeeded(door: String, source: IPAddress)
    case leftByEarlierRun(door: String, source: IPAddress)
    case holdsRevoked(Int)
    case holdsNotGranted(Int)

    var facts: EventFacts {
        switch self {
        case .extended(let until, let door, let source):
            EventFacts("stays open until \(until)", door: door, from: source)
        case .isGone(let door, let source):
            EventFacts("the opening is gone from the firewall, running start again", door: door, from: source)
        case .runsAnew(let door, let source):
            EventFacts("running stop and start again", door: door, from: source)
        case .openAgain(let until, let door, let source):
            EventFacts("open again until \(until)", door: door, from: source)
        case .timeout(let door, let source): EventFacts("command timeout", door: door, from: source)
        case .stopFailed(let reason, let next, let door, let source):
            EventFacts(
                "stop failed (\(reason)), it stays open; next try \(next.map { "at \($0)" } ?? "when the next opening ends")",
                .error, door: door, from: source)
        case .stopNotNeeded(let door, let source):
            EventFacts(
                "closed: stop failed, but the check finds nothing open", door: door, from: source)
        case .leftByEarlierRun(let door, let source):
            EventFacts("closing what an earlier run left open", door: door, from: source)
        case .holdsRevoked(let count): EventFacts("closing \(Counted.text(count, "opening")) of revoked keys")
        case .holdsNotGranted(let count):
            EventFacts("closing \(Counted.text(count, "opening")) that the new configuration does not grant")
        }
    }
}
