import Base
import Events
import Linux

/// The Doorkeeper's part for the Resolver.
extension Doorkeeper {
    /// Looks up names, and writes the lines that have waited long enough for them.
    func tickLines(_ now: Milliseconds) {
        if let reason = names?.tick(now) { journal.tell(.role(.resolverEnded(reason: reason))) }
        journal.tick(now)
    }

    /// Handles the Resolver's end. The next look-up starts another.
    func resolverEnded(_ ending: ChildProcess.Ending, now: Milliseconds) {
        guard let reason = names?.childEnded(ending, now: now), leaving == nil else { return }
        journal.tell(.role(.resolverEnded(reason: reason)))
    }
}
