package import Base

/// When commands of a door have run too long, or have succeeded.
package struct CommandLimits: Equatable, Sendable {
    /// How long a start command may run that has a stop command; nil is as long as the opening is to last.
    package let start: Milliseconds?
    /// How long a start command may run that has none; nil is for ever.
    package let once: Milliseconds?
    /// How long a stop command may run.
    package let stop: Milliseconds
    /// With which statuses a stop command has succeeded.
    package let stopSuccess: ExitStatuses
}
