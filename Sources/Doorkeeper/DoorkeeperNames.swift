import Base
import Events
import Linux

/// The Doorkeeper's dealings with the Resolver.
extension Doorkeeper {
    /// Finds out names, and writes the lines that have waited for them long enough.
    func tickLines(_ now: Milliseconds) {
        if let reason = names?.tick(now) { journal.tell(.role(.resolverEnded(reason: reason))) }
        journal.tick(now)
    }

    /// The Resolver has ended; others are started as they are needed.
    func resolverEnded(_ ending: ChildProcess.Ending, now: Milliseconds) {
        guard let reason = names?.childEnded(ending, now: now), leaving == nil else { return }
        journal.tell(.role(.resolverEnded(reason: reason)))
    }
}
