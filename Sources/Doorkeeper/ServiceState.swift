import Base
import Linux

/// The daemon's own life: its start, until which whoever started it waits; that it is alive, which the service manager wants
/// to hear; and its end.
struct ServiceState {
    let manager = ServiceManager()
    var pidFile: PidFile?
    /// The starter that waits, if the daemon goes on in the background.
    var detachment: Detachment?
    /// All that can only go wrong at the start has gone well.
    private(set) var isReady = false
    /// When to tell the service manager that all is well.
    private var aliveAt: Milliseconds?
    /// Nil until the daemon is to end; then its status.
    private(set) var leaving: Int32?

    /// When to look next; nil where nobody wants to hear anything.
    var nextDeadline: Milliseconds? { aliveAt }

    /// All has gone well at the start; false if that was so before.
    mutating func becomesReady() -> Bool {
        defer { isReady = true }
        return !isReady
    }

    /// Whether to say now that the daemon is alive.
    ///
    /// - Parameter pause: how often that is to be said; nil if nobody asks.
    mutating func isAliveDue(every pause: Milliseconds?, now: Milliseconds) -> Bool {
        guard let pause, now >= aliveAt ?? now else { return false }
        aliveAt = now + pause
        return true
    }

    /// The daemon is to end with this status; false if it was ending before.
    mutating func leaves(status: Int32) -> Bool {
        guard leaving == nil else { return false }
        leaving = status
        return true
    }
}
