/// Events of the doors' commands.
package enum CommandEvent: Equatable, Sendable {
    case running(String, door: String)
    case status(Int, door: String)
    case killed(signal: Int, door: String)
    case overLimit(seconds: Int, door: String)
    case notRun(reason: String, door: String)
    case waits(running: Int, door: String)

    var facts: EventFacts {
        switch self {
        case .running(let command, let door): EventFacts("running command: \(command)", door: door)
        case .status(let status, let door):
            // Standard error has this line, so standard output does not need it.
            EventFacts("command returned non-zero status code (\(status))", .error, door: door).output(nil)
        case .killed(let signal, let door): EventFacts("command was ended by signal \(signal)", .error, door: door)
        case .overLimit(let seconds, let door):
            EventFacts("command runs for more than \(seconds) s, ending it", .error, door: door)
        case .notRun(let reason, let door): EventFacts("command cannot be run: \(reason)", .error, door: door)
        case .waits(let running, let door): EventFacts("start command is waiting (\(running) running)", door: door)
        }
    }
}
