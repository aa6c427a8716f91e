import Base

/// State of an opening that is known to this run only and is not in the ledger.
struct OpeningProgress: Equatable {
    /// The holder in whose lane its commands run: the one whose claim began it, or had it run again. When that holder
    /// leaves, the first of the others.
    var starter: Holder
    /// When it was opened; nil if an earlier run has opened it.
    var openSince: Milliseconds?
    /// Whether a command of it has run.
    var hasRun = false
    /// When it was last checked or run again.
    var lastRerun: Milliseconds?
    /// State of its check.
    var question = Question.none
    /// Its start or stop command that waits or runs.
    var command = Command.idle
    /// Whether its start command is being ended, or is not to be run. Stop follows.
    var isCutOff = false
    /// Whether stop must run even while others share it: it was ended early, and its start command may have opened
    /// something of its own.
    var mustStop = false
    /// Whether its start command may have run more often than its stop command. The check is then asked after a
    /// successful stop.
    var mayBeDoubled = false
    /// Number of checks after a successful stop that found something open.
    var remainders = 0
    /// Whether stop may be run for a knock: it closes the door for no other address.
    var mayStopForKnock = false
    var retry = StopRetry()

    init(starter: Holder) {
        self.starter = starter
    }

    /// State of the check whether it is in place.
    enum Question {
        /// No check. An answer belongs to an opening that is closed.
        case none
        /// The pending answer is for this opening.
        case asked
        /// An earlier answer is pending. The check is asked after it.
        case waits
    }

    /// The command that waits or runs; at most one.
    enum Command: Equatable {
        /// No command: it is open, or waits for its record, the answer of its check, or the next try of stop.
        case idle
        /// Its start command waits for the end of a stop command that it shares, or of an equal start command.
        case startLater
        /// Its start command waits for its turn, or runs.
        ///
        /// - Parameter again: whether to run it once more after its end, since a stop command that it shares was run
        ///   meanwhile.
        case start(again: Bool)
        /// Its stop command waits for its turn, or runs.
        ///
        /// - Parameter isClosedBeside: whether another run of the same stop command has succeeded meanwhile.
        case stop(isClosedBeside: Bool)
        /// A command of an earlier run still runs.
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

    /// Whether a closing opening waits for the next try of stop, or for the answer of its check.
    var waitsForRetry: Bool { !isStopping && command != .orphan }
}
