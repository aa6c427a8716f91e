import Events
import Linux

/// Where the daemon's lines go: log file, system log, standard output and error. Only the Doorkeeper writes.
struct Journal {
    private let isVerbose: Bool
    private var logFile: Descriptor?
    private var logFilePath: String?
    private var syslog: Syslog?
    private var budget = LineBudget()

    init(isVerbose: Bool) {
        self.isVerbose = isVerbose
    }

    /// Opens the log, or opens it anew, since logrotate may have moved it away.
    mutating func open(logFile path: String?, syslog usesSyslog: Bool) {
        if usesSyslog, syslog == nil { syslog = Syslog() }
        logFilePath = path ?? logFilePath
        guard let path = logFilePath else { return }
        do {
            logFile = try Descriptor.openLog(path)
        } catch {
            logFile = nil
            Output.printError("warning: cannot open logfile: \(error)")
        }
    }

    /// Tells a fact about the daemon itself or about what it runs.
    mutating func tell(_ event: Event) {
        let line = EventLine(event)
        if let text = line.log {
            if let logFile {
                // A log that cannot be written is no reason to keep anybody out.
                let stamp = Clock.localMinute(Clock.wallSeconds())
                try? logFile.write(Array("[\(stamp)] \(text)\n".utf8))
            }
            syslog?.write(text)
        }
        if isVerbose, let text = line.output { Output.print(text) }
        if line.isError, let text = line.log { Output.printError(text) }
    }

    /// Tells a fact that strangers can bring about as often as they like.
    mutating func tellOfStranger(_ event: Event, now: Milliseconds) {
        if budget.take(now: now) { tell(event) }
    }

    /// Tells how many of those were left out, once it is time.
    mutating func tellOfLeftOut(now: Milliseconds) {
        if let count = budget.takeLeftOut(now: now) { tell(.linesLeftOut(count)) }
    }

    /// When to call `tellOfLeftOut` next; nil while there is nothing to tell.
    var nextTelling: Milliseconds? { budget.nextTelling }
}
