import Base

/// Events of the daemon's role processes.
package enum RoleEvent: Equatable, Sendable {
    case ended(Event.Role, reason: String, restartIn: Int)
    /// - Parameter times: number of violations since the daemon's start.
    case misbehaved(Event.Role, String, times: Int)
    /// - Parameter fences: the restrictions that hold and those that are missing, in words.
    case jailed(Event.Role, user: String, fences: String)
    case resolverEnded(reason: String)

    var facts: EventFacts {
        switch self {
        case .ended(let role, let reason, let restartIn):
            EventFacts("the \(role.rawValue) has ended (\(reason)), restarting it in \(restartIn) ms", .error)
        case .misbehaved(let role, let what, let times):
            EventFacts(
                "the \(role.rawValue) misbehaved (\(what)), restarting it (\(Counted.ordinal(times)) time)", .error)
        case .jailed(let role, let user, let fences):
            EventFacts("the \(role.rawValue) is jailed: user \(user), \(fences)")
        case .resolverEnded(let reason):
            EventFacts("the resolver has ended (\(reason)), log lines have no names until the next one answers", .error)
        }
    }
}
