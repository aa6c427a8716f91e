import Base
import Linux

/// The daemon's own state: its start, until which the starting process waits; its watchdog messages to the service
/// manager; and its end.
struct ServiceState {
    let manager = ServiceManager()
    var pidFile: PidFile?
    /// The starting process that waits, if the daemon runs in the background.
    var detachment: Detachment?
    /// Whether the start is complete.
    private(set) var isReady = false
    /// When to send the next watchdog message.
    private var aliveAt: Milliseconds?
    /// The exit status; nil until the daemon begins to end.
    private(set) var leaving: Int32?

    /// When the next watchdog message is due; nil if the service manager wants none.
    var nextDeadline: Milliseconds? { aliveAt }

    /// Notes that the start is complete; false if it was before.
    mutating func becomesReady() -> Bool {
        defer { isReady = true }
        return !isReady
    }

    /// Whether to send a watchdog message now.
    ///
    /// - Parameter pause: interval of these messages; nil if the service manager wants none.
    mutating func isAliveDue(every pause: Milliseconds?, now: Milliseconds) -> Bool {
        guard let pause, now >= aliveAt ?? now else { return false }
        aliveAt = now + pause
        return true
    }

    /// Notes that the daemon ends with this status; false if it was ending before.
    mutating func leaves(status: Int32) -> Bool {
        guard leaving == nil else { return false }
        leaving = status
        return true
    }
}
