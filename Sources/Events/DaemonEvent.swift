/// The daemon itself.
package enum DaemonEvent: Equatable, Sendable {
    case linesLeftOut(Int)
    /// At one of the outputs; it is told there alone.
    case linesNotTaken(Int)
    case noPidFile(file: String, reason: String)
    case oneTimeUsedUp(door: String)
    /// - Parameter words: what is wrong, and what to do.
    case oneTimeUnmarkable(door: String, words: String)
    /// - Parameter text: what the daemon lacks, what follows from it, and how to give it.
    case privilegeMissing(String)
    case procMissing
    case jailKept
    /// A directive that counts at the start alone has changed.
    case optionKept(String)
    /// - Parameter seconds: how far; back is negative.
    case clockWasSet(seconds: Int)
    case rereading(file: String)
    case configurationFault(String)
    case reloadRefused(file: String)
    case closingLog(file: String)
    case reopeningLog(file: String)
    case shuttingDown
    case waitingForCommands(Int)
    case leftOpen(Int)
    case closed

    var facts: EventFacts {
        switch self {
        case .linesLeftOut(let count):
            EventFacts("\(count) lines about knocks were left out, there were too many at once")
        case .linesNotTaken(let count): EventFacts("\(count) lines were left out here, nobody took them")
        case .noPidFile(let file, let reason): EventFacts("could not create pid file \(file): \(reason)", .error)
        case .oneTimeUsedUp(let door):
            EventFacts(
                "no more sequences left in the one time sequences file for door \(door) --> disabling the door", .error)
        case .oneTimeUnmarkable(let door, let words): EventFacts("door \(door): \(words)", .error)
        case .privilegeMissing(let text): EventFacts(text, .error)
        case .procMissing:
            EventFacts(
                "/proc is not mounted: this counts as the first start since a boot, commands that an earlier run left "
                    + "running are not found, nor is the default route's interface; mount -t proc proc /proc mends that"
            )
        case .jailKept: EventFacts("User and Sandbox are fixed at the start; start the daemon anew for others")
        case .optionKept(let directive):
            EventFacts("\(directive) is fixed at the start; the other one counts from the next start on")
        case .clockWasSet(let seconds):
            EventFacts("the clock was set \(seconds < 0 ? "back" : "forward") by \(seconds.magnitude) s")
        case .rereading(let file): EventFacts("re-reading config file: \(file)")
        case .configurationFault(let diagnostic): EventFacts(diagnostic, .error)
        case .reloadRefused(let file): EventFacts("\(file) has errors, the configuration stays as it was", .error)
        case .closingLog(let file): EventFacts("closing log file: \(file)").forOutputOnly
        case .reopeningLog(let file): EventFacts("re-opening log file: \(file)").forOutputOnly
        case .shuttingDown: EventFacts("shutting down").output("waiting for child processes...")
        case .waitingForCommands(let count):
            EventFacts("waiting for \(count) command\(count == 1 ? "" : "s") without a stop command to end")
        case .leftOpen(let count):
            EventFacts("\(count) doors are left open, the next start closes them in time", .error)
        case .closed: EventFacts("closing...").forOutputOnly
        }
    }
}
