import Base

/// What this run of the daemon knows of an opening, and the ledger does not.
struct OpeningProgress: Equatable {
    /// Since when it is open; nil if an earlier run has opened it.
    var openSince: Milliseconds?
    /// A command of it has run.
    var hasRun = false
    /// When it was last asked about, or run again.
    var lastRerun: Milliseconds?
    /// Whether a command asks whether it is still in place.
    var question = Question.none
    /// Its start command waits for a slot, or runs.
    var isStarting = false
    /// Its start command waits until the stop command that it shares with another opening has ended.
    var startsLater = false
    /// Its start command is to be run once more when it has ended: a stop command that it shares was run meanwhile.
    var startsAgain = false
    /// Its start command is being ended: stop follows.
    var isCutOff = false
    /// It was ended early: what its start command alone has opened must not wait for others with the same stop command.
    var mustStop = false
    /// Its stop command waits for a slot, or runs.
    var isStopping = false
    /// Another run of the same stop command has succeeded while this one's runs.
    var isClosedBeside = false
    /// Its start command may have run more often than its stop command: after that has succeeded its check is asked.
    var mayBeDoubled = false
    /// How often its check has said after a successful stop command that something is open still.
    var remainders = 0
    /// Stop may be run for a knock: it shuts out nobody else.
    var mayStopForKnock = false
    /// A command that an earlier run of the daemon has begun still runs.
    var isOrphaned = false
    var retry = StopRetry()

    /// How far the question is whether it is in place.
    enum Question {
        /// None: what is answered was asked of an opening that is over.
        case none
        /// The answer that comes is for this opening.
        case asked
        /// An answer to an earlier question is still to come: it is asked after that.
        case waits
    }

    /// Nothing of it is under way: it waits for its next try.
    var waitsForRetry: Bool { !isStopping && !isOrphaned }
}
