import Base
import Events
import Linux

/// Writes the daemon's lines to the log file, system log, standard output and standard error. Only the Doorkeeper
/// writes lines.
struct Journal {
    private let isVerbose: Bool
    private let isDebugging: Bool
    private var logFile: Descriptor?
    private var logFilePath: String?
    private var syslog: Syslog?
    private var (file, output, errors) = (JournalOutput(), JournalOutput(), JournalOutput())
    /// Limits lines that remote hosts can cause at will, so that a flood of them cannot hide a successful knock.
    private var rateLimit = LogRateLimit()
    /// Lines that wait for names, with --lookup.
    private var queue: LineQueue?
    private var told: [Matter: OnceUntilChanged<String>] = [:]

    /// Subject of a line that is written once, and again when it has changed.
    enum Matter: Hashable {
        case jail(Event.Role)
        case end(Event.Role)
        /// Whether the kernel accepts the filter for the doors.
        case filter
    }

    /// - Parameter names: looks up names of addresses. If it is nil, lines have no names, and none ever waits.
    init(isVerbose: Bool, isDebugging: Bool = false, names: (any NameSource)? = nil) {
        self.isVerbose = isVerbose
        self.isDebugging = isDebugging
        queue = names.map { LineQueue(names: $0) }
    }

    /// Whether notices are written anywhere.
    var hasReaders: Bool { isVerbose || logFile != nil || syslog != nil }

    /// Opens the log, or reopens it, since logrotate may have moved it.
    ///
    /// - Parameter path: nil keeps the former file, if any.
    mutating func open(logFile path: String?, syslog usesSyslog: Bool) {
        if usesSyslog, syslog == nil { syslog = Syslog() }
        let former = logFilePath
        logFilePath = path ?? former
        guard let path = logFilePath else { return }
        if let former {
            tell(.daemon(.closingLog(file: former)))
            tell(.daemon(.reopeningLog(file: path)))
        }
        do {
            logFile = try Descriptor.openLog(path)
            file.hasMoved()
        } catch {
            logFile = nil
            Output.printError("warning: cannot open logfile: \(error)")
        }
    }

    /// Logs an event about the daemon itself or about its commands.
    mutating func tell(_ event: Event) {
        tell(event, isProof: true, now: Clock.sinceBoot(), wallSeconds: Clock.wallSeconds())
    }

    /// Logs the state of a matter: once, and again when it has changed.
    ///
    /// - Parameter state: the part of the event that has to differ.
    mutating func tell(_ event: Event, of matter: Matter, once state: String = "") {
        if told[matter, default: OnceUntilChanged()].isNews(state) { tell(event) }
    }

    /// Ends a matter, so that its next state is logged in any case.
    ///
    /// - Returns: whether a state of it was logged.
    @discardableResult
    mutating func forget(_ matter: Matter) -> Bool { told.removeValue(forKey: matter) != nil }

    /// - Parameter wallSeconds: when it happened, in seconds since 1970. The line shows this time, even if it is
    ///   written later.
    mutating func tell(_ event: Event, isProof: Bool, now: Milliseconds, wallSeconds: Int) {
        let line = LineQueue.Line(event: event, wallSeconds: wallSeconds)
        guard queue != nil else { return write(line) }
        write(queue?.append(line, isProof: isProof, now: now) ?? [])
    }

    private mutating func write(_ lines: [LineQueue.Line]) {
        for line in lines { write(line) }
    }

    private mutating func write(_ entry: LineQueue.Line) {
        let line = EventLine(entry.event, name: entry.name)
        if let text = line.log {
            if let logFile {
                file.write(text, time: "[\(Clock.localMinute(entry.wallSeconds))] ", to: logFile.number)
            }
        }
        let isInSystemLog = line.log.flatMap { syslog?.write($0, at: entry.wallSeconds) } ?? false
        // In systemd's journal the system log and both outputs meet, and on a terminal both outputs do: write each line
        // once.
        let logged = isInSystemLog ? line.log : nil
        if isVerbose, let text = line.output, text != logged || !Output.isJournal(Output.standardOutput) { print(text) }
        guard let text = line.error else { return }
        let isRead =
            text == logged && Output.isJournal(Output.standardError)
            || isVerbose && text == line.output && Output.areOne(Output.standardOutput, Output.standardError)
        if !isRead { errors.write(text, to: Output.standardError) }
    }

    /// Writes a detail for debugging, with -D. It goes to standard output only, as in knockd.
    mutating func tellDetail(_ event: @autoclosure () -> Event) {
        guard isDebugging, let text = EventLine(event()).output else { return }
        print(text)
    }

    private mutating func print(_ text: String) {
        output.write(text, to: Output.standardOutput)
    }

    /// Logs an event that needs no proof, within the budget of its kind.
    mutating func tellOfStranger(_ event: Event, now: Milliseconds) {
        guard rateLimit.take(LineKind(ofStranger: event), now: now) else { return }
        tell(event, isProof: false, now: now, wallSeconds: Clock.wallSeconds())
    }

    /// Logs an event that needs a proof: always, unless its kind has a budget because it repeats.
    mutating func tellOfProof(_ event: Event, now: Milliseconds) {
        if let kind = LineKind(ofProof: event), !rateLimit.take(kind, now: now) { return }
        tell(event)
    }

    /// Counts lines that another role has dropped.
    mutating func leaveOut(_ count: Int, now: Milliseconds) {
        rateLimit.leaveOut(count, now: now)
    }

    /// Writes the lines that need not wait any longer, and logs the number of dropped lines when that is due.
    mutating func tick(_ now: Milliseconds) {
        if let count = rateLimit.takeLeftOut(now: now) { tell(.daemon(.linesLeftOut(count))) }
        write(queue?.release(now) ?? [])
    }

    /// When to call `tick` next; nil while there is nothing to write.
    var nextDeadline: Milliseconds? {
        [rateLimit.leftOut.nextTelling, queue?.nextDeadline].compactMap { $0 }.min()
    }

    /// Writes all waiting lines without further look-ups, at the daemon's end.
    mutating func flush(now: Milliseconds) {
        write(queue?.releaseAll(now) ?? [])
    }
}
