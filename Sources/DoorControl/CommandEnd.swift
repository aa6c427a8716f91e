import Base
import Doors

/// How a door's command has ended, and what that says.
package enum CommandEnd: Equatable, Sendable {
    package enum Cause: Equatable, Sendable {
        case itself
        /// It was over its limit.
        case limit
        /// Nobody wants it any more.
        case order
    }

    case exited(Int32, because: Cause)
    case killed(Int32, because: Cause)
    /// It could not be run.
    case notRun(reason: String)

    /// Nil where nothing has run.
    var cause: Cause? {
        switch self {
        case .exited(_, let cause), .killed(_, let cause): cause
        case .notRun: nil
        }
    }

    /// Whether a stop command has done its work.
    func isSuccess(among statuses: ExitStatuses) -> Bool {
        if case .exited(let status, because: .itself) = self { statuses.contains(status) } else { false }
    }

    /// Why a stop command has not, for a line of the log.
    func reason(limit: Milliseconds) -> String {
        switch self {
        case .exited(_, because: .limit), .killed(_, because: .limit): "it ran for more than \(limit / 1000) s"
        case .exited(let status, _): "status \(status)"
        case .killed(let signal, _): "signal \(signal)"
        case .notRun(let reason): "it cannot be run: \(reason)"
        }
    }

    /// What a command says that asks whether an opening is in place.
    var checkAnswer: OpenDoors.CheckAnswer {
        switch self {
        case .exited(0, because: .itself): .inPlace
        // So a shell says that it could not be run.
        case .exited(126, because: .itself), .exited(127, because: .itself): .unknown
        case .exited(_, because: .itself): .gone
        default: .unknown
        }
    }
}
