package import Base

/// How many commands run and wait, and how long they may take to end; docs/LIMITS.md lists the limits of all modules.
package enum ActionsLimits {
    /// Start commands of one holder at a door that run at once, and apart from them commands that check; further ones
    /// wait. A door has twice as many, all doors four times as many, and whoever has none gets one.
    package static let startsOfHolder = 64
    /// Stop commands, likewise. A stop that waits is a door that is open too long.
    package static let stopsOfHolder = 256
    /// Start commands that wait, likewise; one more is refused, and logged. Of stops and checks there are no more than
    /// openings.
    package static let waitingStartsOfHolder = 256
    /// From SIGTERM to SIGKILL, for a command that is to end.
    package static let endGrace: Milliseconds = 5000
}
