/// The next action for an opening, as the result of a change.
package enum OpeningStep: Equatable, Sendable {
    /// Record its current state.
    case record(Opening)
    /// Record the new opening, then call `readyToStart`.
    case begin(Opening)
    /// Run its start command. It is recorded.
    case start(Opening)
    /// Run its check command.
    case check(Opening)
    /// End its start command, which waits or runs.
    case endStart(Opening)
    /// Run its stop command.
    case stop(Opening)
    /// Forget it: it is closed, and nothing is to be run.
    case over(Opening)
}
