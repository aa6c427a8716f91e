import Base

/// Timers of a permanent role: when to ping it, when to kill it if it has hung up or does not answer, and when to start
/// the next one.
struct RoleHealth {
    private var pause = DoorkeeperLimits.firstRolePause
    private var startedAt: Milliseconds = 0
    /// Whether it has sent nothing since the last ping.
    private var isSilent = false
    /// When to start the next one; nil while one runs or none is wanted.
    private(set) var startAt: Milliseconds?
    /// When to ping it; nil while none runs.
    private(set) var pingAt: Milliseconds?
    /// When to kill one that has closed its channel.
    private(set) var endAt: Milliseconds?

    /// The earliest of these times; nil if there is none.
    var nextDeadline: Milliseconds? { [startAt, pingAt, endAt].compactMap { $0 }.min() }

    func isStartDue(_ now: Milliseconds) -> Bool { startAt.map { $0 <= now } ?? false }

    func isPingDue(_ now: Milliseconds) -> Bool { pingAt.map { $0 <= now } ?? false }

    /// Whether it has closed its channel and should have ended by now.
    func isEndDue(_ now: Milliseconds) -> Bool { endAt.map { $0 <= now } ?? false }

    /// Notes that one starts.
    mutating func starts(now: Milliseconds) {
        startedAt = now
        (startAt, endAt, isSilent) = (nil, nil, false)
        pingAt = now + DoorkeeperLimits.roleAnswer
    }

    /// Notes a failed start, and returns the pause before the next try.
    @discardableResult
    mutating func failedToStart(now: Milliseconds) -> Milliseconds { scheduleStart(now) }

    /// Notes a ping; false if it has sent nothing since the last one.
    mutating func isAsked(now: Milliseconds) -> Bool {
        defer { pingAt = now + DoorkeeperLimits.roleAnswer }
        // If this comes that late, the machine was suspended and so was the role: do not blame it.
        let hasSlept = now - (pingAt ?? now) > DoorkeeperLimits.roleAnswer
        if isSilent, !hasSlept { return false }
        isSilent = true
        return true
    }

    /// Notes that it has sent a message of any kind.
    mutating func speaks() { isSilent = false }

    /// Notes that it has closed its channel. It is killed if it does not end soon.
    mutating func hangsUp(now: Milliseconds) { endAt = now + DoorkeeperLimits.roleHangUp }

    /// Notes that it is being killed.
    mutating func isEnded() { endAt = nil }

    /// Stops all timers: no role is wanted for now.
    mutating func disable() { (startAt, pingAt, endAt) = (nil, nil, nil) }

    /// Notes its end, and returns the pause before the next one starts. The pause doubles each time, until one has run
    /// for a while.
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
