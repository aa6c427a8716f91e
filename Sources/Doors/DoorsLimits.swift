package import Base

/// Limits of proofs at doors, and of the time of commands; docs/LIMITS.md lists the limits of all modules.
package enum DoorsLimits {
    /// Signed knocks of one key within its rate; further ones are refused for good, and logged.
    package static let keyRate = RateLimit(burst: 32, perSecond: 8)
    /// Completed sequences of one door within its rate; further ones are refused, and logged.
    package static let sequenceRate = RateLimit(burst: 256, perSecond: 64)
    /// Sources of one key whose rate (`SourceRate`) is known; for further ones the key's own rate is all.
    package static let sourcesOfKey = 64
    /// Sources of one door's sequences whose rate (`SourceRate`) is known; for further ones the door's own rate is all.
    package static let sourcesOfDoor = 1024
    /// Sources that one door's `seq_cooldown` knows; for one more the oldest goes, and counts again.
    package static let sourcesInCooldown = 16_384
    /// Bytes of a command with its values; a longer one is not run. It is knockd's own limit.
    package static let commandBytes = 4095
    /// Bytes of a door's name in log lines; a longer one is cut, as knockd does.
    package static let displayNameBytes = 127
    /// How long a start command may run however short the opening's time is; then it is ended, and stop is run.
    package static let shortestStart: Milliseconds = 5000
    /// How long a command may run that asks whether the opening is still in place; then it is ended, and nothing is
    /// known.
    package static let checkTime: Milliseconds = 5000
    /// How often in a row stop is run at once for what its check says is open still after it has succeeded; then that
    /// counts as a failure.
    package static let stopsAtOnce = 8
    /// An opening's start is run again at most once in this time; a knock that comes sooner only extends the opening.
    package static let rerunPause: Milliseconds = 2000
    /// The longest pause before a stop command that has failed is run again: the pauses are 1, 2, 4 … s, and then this.
    package static let longestStopPause: Milliseconds = 300_000
    /// For how long each failure of a stop command is logged; after that one is in as much time.
    package static let stopFailureLines: Milliseconds = 3_600_000
}
