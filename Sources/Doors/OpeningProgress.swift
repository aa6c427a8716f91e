import Base

/// What this run of the daemon knows of an opening, and the ledger does not.
struct OpeningProgress: Equatable {
    /// Among whose commands its own are run: the holder whose claim began it, or had it run again. When he holds it no more,
    /// the one who has held it longest.
    var starter: Holder
    /// Since when it is open; nil if an earlier run has opened it.
    var openSince: Milliseconds?
    /// A command of it has run.
    var hasRun = false
    /// When it was last asked about, or run again.
    var lastRerun: Milliseconds?
    /// Whether a command asks whether it is still in place.
    var question = Question.none
    /// Which command is on its way that opens or closes it.
    var command = Command.idle
    /// Its start command is being ended, or is not to be run: stop follows.
    var isCutOff = false
    /// It was ended early: what its start command alone has opened must not wait for others with the same stop command.
    var mustStop = false
    /// Its start command may have run more often than its stop command: after that has succeeded its check is asked.
    var mayBeDoubled = false
    /// How often its check has said after a successful stop command that something is open still.
    var remainders = 0
    /// Stop may be run for a knock: it shuts out nobody else.
    var mayStopForKnock = false
    var retry = StopRetry()

    init(starter: Holder) {
        self.starter = starter
    }

    /// How far the question is whether it is in place.
    enum Question {
        /// None: what is answered was asked of an opening that is over.
        case none
        /// The answer that comes is for this opening.
        case asked
        /// An answer to an earlier question is still to come: it is asked after that.
        case waits
    }

    /// Which command is on its way; there is one at most.
    enum Command: Equatable {
        /// It is open, or waits for its record, for the answer of its check, or for the next try of its stop command.
        case idle
        /// Its start command waits until a stop command that it shares with another opening, or an equal start command, has
        /// ended.
        case startLater
        /// Its start command waits for a slot, or runs.
        ///
        /// - Parameter again: whether it is run once more when it has ended: a stop command that it shares was run meanwhile.
        case start(again: Bool)
        /// Its stop command waits for a slot, or runs.
        ///
        /// - Parameter isClosedBeside: whether another run of the same stop command has succeeded since.
        case stop(isClosedBeside: Bool)
        /// One that an earlier run of the daemon has begun still runs.
        case orphan
    }

    var isStarting: Bool {
        switch command {
        case .start: true
        case .idle, .startLater, .stop, .orphan: false
        }
    }

    var isStopping: Bool {
        switch command {
        case .stop: true
        case .idle, .startLater, .start, .orphan: false
        }
    }

    /// While it is closing, whether it waits for its next try, or for the answer of its check.
    var waitsForRetry: Bool { !isStopping && command != .orphan }
}
