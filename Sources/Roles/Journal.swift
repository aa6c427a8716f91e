import Events
import Linux

/// Where the daemon's lines go: log file, system log, standard output and error. Only the Doorkeeper writes.
struct Journal {
    private let isVerbose: Bool
    private let isDebugging: Bool
    private var logFile: Descriptor?
    private var logFilePath: String?
    private var syslog: Syslog?
    /// What anybody can cause, and what takes a proof: strangers must not hide who came in.
    private var strangers = LineBudget()
    private var proofs = LineBudget()

    init(isVerbose: Bool, isDebugging: Bool) {
        self.isVerbose = isVerbose
        self.isDebugging = isDebugging
    }

    /// Opens the log, or opens it anew, since logrotate may have moved it away.
    ///
    /// - Parameter path: nil keeps the file that was named before, if any.
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
                Output.write("[\(Clock.localMinute(Clock.wallSeconds()))] \(text)", to: logFile.number)
            }
            syslog?.write(text)
        }
        if isVerbose, let text = line.output { Output.print(text) }
        if line.isError, let text = line.log { Output.printError(text) }
    }

    /// Tells a detail to whoever looks for a fault; as with knockd it goes to standard output alone.
    func tellDetail(_ event: @autoclosure () -> Event) {
        guard isDebugging, let text = EventLine(event()).output else { return }
        Output.print(text)
    }

    /// Tells a fact that strangers can bring about as often as they like.
    mutating func tellOfStranger(_ event: Event, now: Milliseconds) {
        if strangers.take(now: now) { tell(event) }
    }

    /// Tells a fact that takes a proof.
    mutating func tellOfProof(_ event: Event, now: Milliseconds) {
        if proofs.take(now: now) { tell(event) }
    }

    /// Counts lines that another role has left out.
    mutating func leaveOut(_ count: Int, now: Milliseconds) {
        strangers.leaveOut(count, now: now)
    }

    /// Tells how many of those were left out, once it is time.
    mutating func tellOfLeftOut(now: Milliseconds) {
        if let count = strangers.takeLeftOut(now: now) { tell(.linesLeftOut(count)) }
        if let count = proofs.takeLeftOut(now: now) { tell(.linesLeftOut(count)) }
    }

    /// When to call `tellOfLeftOut` next; nil while there is nothing to tell.
    var nextTelling: Milliseconds? { [strangers.nextTelling, proofs.nextTelling].compactMap { $0 }.min() }
}
