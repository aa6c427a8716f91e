import Base

/// How a role that always runs does, by the clock: when to ask it whether it is well, when to end one that hangs up or says
/// nothing, and when to start the next one.
struct RoleHealth {
    private var pause = DoorkeeperLimits.firstRolePause
    private var startedAt: Milliseconds = 0
    /// Whether it has said nothing since it was asked.
    private var isSilent = false
    /// When to start the next one; nil while one runs, or none is wanted.
    private(set) var startAt: Milliseconds?
    /// When to ask it whether it is well; nil while none runs.
    private(set) var pingAt: Milliseconds?
    /// When to end one that has hung up.
    private(set) var endAt: Milliseconds?

    /// When to look next; nil while there is nothing to wait for.
    var nextDeadline: Milliseconds? { [startAt, pingAt, endAt].compactMap { $0 }.min() }

    /// Whether the next one is to be started.
    func isStartDue(_ now: Milliseconds) -> Bool { startAt.map { $0 <= now } ?? false }

    /// Whether it is to be asked.
    func isPingDue(_ now: Milliseconds) -> Bool { pingAt.map { $0 <= now } ?? false }

    /// Whether it has hung up and should have ended by now.
    func isEndDue(_ now: Milliseconds) -> Bool { endAt.map { $0 <= now } ?? false }

    /// One starts in the place of whatever was there.
    mutating func starts(now: Milliseconds) {
        startedAt = now
        (startAt, endAt, isSilent) = (nil, nil, false)
        pingAt = now + DoorkeeperLimits.roleAnswer
    }

    /// It could not be started. Returns the pause until that is tried again.
    @discardableResult
    mutating func failedToStart(now: Milliseconds) -> Milliseconds { scheduleStart(now) }

    /// It is asked whether it is well; false if it was asked and has said nothing since.
    mutating func isAsked(now: Milliseconds) -> Bool {
        defer { pingAt = now + DoorkeeperLimits.roleAnswer }
        // If this comes that late, the machine was suspended and so was the role: do not blame it.
        let hasSlept = now - (pingAt ?? now) > DoorkeeperLimits.roleAnswer
        if isSilent, !hasSlept { return false }
        isSilent = true
        return true
    }

    /// It has said something, whatever that was.
    mutating func speaks() { isSilent = false }

    /// It has closed its channel: it is about to end, and is ended if it does not.
    mutating func hangsUp(now: Milliseconds) { endAt = now + DoorkeeperLimits.roleHangUp }

    /// It is being ended.
    mutating func isEnded() { endAt = nil }

    /// None is wanted for now.
    mutating func disable() { (startAt, pingAt, endAt) = (nil, nil, nil) }

    /// It has ended. Returns the pause until the next one starts: twice as long each time, until one has run for a while.
    mutating func hasEnded(now: Milliseconds) -> Milliseconds {
        if now - startedAt >= DoorkeeperLimits.provenRole { pause = DoorkeeperLimits.firstRolePause }
        return scheduleStart(now)
    }

    private mutating func scheduleStart(_ now: Milliseconds) -> Milliseconds {
        defer { pause = min(pause * 2, DoorkeeperLimits.longestRolePause) }
        (startAt, pingAt, endAt) = (now + pause, nil, nil)
        return pause
    }
}
