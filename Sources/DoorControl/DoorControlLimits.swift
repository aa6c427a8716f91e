package import Base

/// Limits of the queue for the disk, and of the daemon's end; docs/LIMITS.md lists the limits of all modules.
package enum DoorControlLimits {
    /// Claims that wait for the record of another one at their opening; further ones are refused, and logged. A store
    /// that does not answer must not fill the memory.
    package static let deferredClaims = 1024
    /// How much later that may be recorded which nothing waits for; then it is recorded. A process that a daemon was
    /// killed before it had recorded is found by its variables.
    package static let recordDelay: Milliseconds = 20
    /// The pause before a failed record is repeated, unless another record is written before.
    package static let recordPause: Milliseconds = 5000
    /// How long commands may still run when the daemon ends; then they are ended, start commands after half of it.
    package static let lastCall: Milliseconds = 20_000
    /// From asking a command of an earlier daemon to end to killing it.
    package static let endGrace: Milliseconds = 5000
}
