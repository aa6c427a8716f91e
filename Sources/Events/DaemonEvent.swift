import Base

/// Events of the daemon itself.
package enum DaemonEvent: Equatable, Sendable {
    case linesLeftOut(Int)
    /// Lines that one output did not take. It is written to that output only.
    case linesNotTaken(Int)
    case noPidFile(file: String, reason: String)
    case oneTimeUsedUp(door: String)
    /// - Parameter words: the fault, and its remedy.
    case oneTimeUnmarkable(door: String, words: String)
    /// - Parameter text: the missing privilege, its consequence, and how to grant it.
    case privilegeMissing(String)
    case procMissing
    case jailKept
    /// A changed directive that takes effect at the next start only.
    case optionKept(String)
    /// - Parameter seconds: size of the step; negative if the clock was set back.
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
            EventFacts("\(Counted.text(count, "line")) about knocks dropped (too many at once)")
        case .linesNotTaken(let count): EventFacts("\(Counted.text(count, "line")) dropped (this output was not read)")
        case .noPidFile(let file, let reason): EventFacts("could not create pid file \(file): \(reason)", .error)
        case .oneTimeUsedUp(let door):
            EventFacts(
                "no more sequences left in the one time sequences file for door \(door) --> disabling the door", .error)
        case .oneTimeUnmarkable(let door, let words): EventFacts("door \(door): \(words)", .error)
        case .privilegeMissing(let text): EventFacts(text, .error)
        case .procMissing:
            EventFacts(
                "/proc is not mounted: the daemon treats this as the first start since a boot, and finds neither "
                    + "commands that an earlier run left running nor the interface of the default route; "
                    + "run mount -t proc proc /proc")
        case .jailKept: EventFacts("User and Sandbox are read at the start only; restart the daemon to change them")
        case .optionKept(let directive):
            EventFacts("\(directive) is read at the start only; restart the daemon to change it")
        case .clockWasSet(let seconds):
            EventFacts("the clock was set \(seconds < 0 ? "back" : "forward") by \(seconds.magnitude) s")
        case .rereading(let file): EventFacts("re-reading config file: \(file)")
        case .configurationFault(let diagnostic): EventFacts(diagnostic, .error)
        case .reloadRefused(let file): EventFacts("\(file) has errors, the configuration stays as it was", .error)
        case .closingLog(let file): EventFacts("closing log file: \(file)").forOutputOnly
        case .reopeningLog(let file): EventFacts("re-opening log file: \(file)").forOutputOnly
        case .shuttingDown: EventFacts("shutting down").output("waiting for child processes...")
        case .waitingForCommands(let count):
            EventFacts("waiting for \(Counted.text(count, "command")) without a stop command to end")
        case .leftOpen(let count):
            EventFacts(
                "\(Counted.text(count, "opening")) left open; the next start closes \(count == 1 ? "it" : "them") in time",
                .error)
        case .closed: EventFacts("closing...").forOutputOnly
        }
    }
}
