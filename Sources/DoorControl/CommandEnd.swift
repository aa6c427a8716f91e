import Base
import Doors

/// Result of a door's command.
package enum CommandEnd: Equatable, Sendable {
    package enum Cause: Equatable, Sendable {
        case itself
        /// It exceeded its time limit.
        case limit
        /// The daemon ended it, since no holder needs it any more.
        case order
    }

    case exited(Int32, because: Cause)
    case killed(Int32, because: Cause)
    /// It could not be run.
    case notRun(reason: String)

    /// Why it ended; nil if it did not run.
    var cause: Cause? {
        switch self {
        case .exited(_, let cause), .killed(_, let cause): cause
        case .notRun: nil
        }
    }

    /// Whether a stop command has succeeded.
    func isSuccess(among statuses: ExitStatuses) -> Bool {
        if case .exited(let status, because: .itself) = self { statuses.contains(status) } else { false }
    }

    /// Why a stop command has failed, for the log.
    func reason(limit: Milliseconds) -> String {
        switch self {
        case .exited(_, because: .limit), .killed(_, because: .limit): "it ran for more than \(limit / 1000) s"
        case .exited(let status, _): "status \(status)"
        case .killed(let signal, _): "signal \(signal)"
        case .notRun(let reason): "it cannot be run: \(reason)"
        }
    }

    /// The answer of a check command.
    var checkAnswer: OpenDoors.CheckAnswer {
        switch self {
        case .exited(0, because: .itself): .inPlace
        // A shell reports with these that it could not run the command.
        case .exited(126, because: .itself), .exited(127, because: .itself): .unknown
        case .exited(_, because: .itself): .gone
        default: .unknown
        }
    }
}
