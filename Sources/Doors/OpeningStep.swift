/// What is to be done for an opening next: what a change of the openings comes to.
package enum OpeningStep: Equatable, Sendable {
    /// Note it as it is now.
    case record(Opening)
    /// It is new: note it, then ask `readyToStart` whether to run its start command.
    case begin(Opening)
    /// Note it, and run its start command.
    case start(Opening)
    /// Run the command that asks whether it is in place.
    case check(Opening)
    /// End its start command, which waits or runs.
    case endStart(Opening)
    /// Run its stop command.
    case stop(Opening)
    /// It is over, and nothing is to be run: forget it.
    case over(Opening)
}
