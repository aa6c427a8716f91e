import Base
import Events
import Linux

/// Where the daemon's lines go: log file, system log, standard output and error. Only the Doorkeeper writes.
struct Journal {
    private let isVerbose: Bool
    private let isDebugging: Bool
    private var logFile: Descriptor?
    private var logFilePath: String?
    private var syslog: Syslog?
    private var (file, output, errors) = (JournalOutput(), JournalOutput(), JournalOutput())
    /// Of what somebody can cause as often as he likes: nobody must hide who came in.
    private var rateLimit = LogRateLimit()
    /// With --lookup: the lines that wait for names.
    private var queue: LineQueue?
    private var told: [Matter: OnceUntilChanged<String>] = [:]

    /// What a line is about that is written once, and again when it has changed.
    enum Matter: Hashable {
        /// How a role is confined.
        case jail(Event.Role)
        /// Why a role has ended.
        case end(Event.Role)
        /// Whether the kernel takes the filter for the doors.
        case filter
    }

    /// - Parameter names: who knows the names of addresses; nil leaves them out, and no line ever waits.
    init(isVerbose: Bool, isDebugging: Bool = false, names: (any NameSource)? = nil) {
        self.isVerbose = isVerbose
        self.isDebugging = isDebugging
        queue = names.map { LineQueue(names: $0) }
    }

    /// Whether lines that are no complaints go anywhere.
    var hasReaders: Bool { isVerbose || logFile != nil || syslog != nil }

    /// Opens the log, or opens it anew, since logrotate may have moved it away.
    ///
    /// - Parameter path: nil keeps the file that was named before, if any.
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

    /// Tells a fact about the daemon itself or about what it runs.
    mutating func tell(_ event: Event) {
        tell(event, isProof: true, now: Clock.sinceBoot(), wallSeconds: Clock.wallSeconds())
    }

    /// Tells a fact about what stays as it is: once, and again when it has changed.
    ///
    /// - Parameter state: what has to differ for that; what else the fact says is no news.
    mutating func tell(_ event: Event, of matter: Matter, once state: String = "") {
        if told[matter, default: OnceUntilChanged()].isNews(state) { tell(event) }
    }

    /// A matter is over: what is told of it next is news.
    ///
    /// - Returns: whether anything was told of it.
    @discardableResult
    mutating func forget(_ matter: Matter) -> Bool { told.removeValue(forKey: matter) != nil }

    /// - Parameter wallSeconds: when it happened: the time that stands before the line, whenever that is written.
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
        // Whoever reads the journal has the system log there; on a terminal both outputs are one.
        let logged = isInSystemLog ? line.log : nil
        if isVerbose, let text = line.output, text != logged || !Output.isJournal(Output.standardOutput) { print(text) }
        guard let text = line.error else { return }
        let isRead =
            text == logged && Output.isJournal(Output.standardError)
            || isVerbose && text == line.output && Output.areOne(Output.standardOutput, Output.standardError)
        if !isRead { errors.write(text, to: Output.standardError) }
    }

    /// Tells a detail to whoever looks for a fault; as with knockd it goes to standard output alone.
    mutating func tellDetail(_ event: @autoclosure () -> Event) {
        guard isDebugging, let text = EventLine(event()).output else { return }
        print(text)
    }

    private mutating func print(_ text: String) {
        output.write(text, to: Output.standardOutput)
    }

    /// Tells a fact that strangers can bring about as often as they like: within the budget of its kind.
    mutating func tellOfStranger(_ event: Event, now: Milliseconds) {
        guard rateLimit.take(LineKind(ofStranger: event), now: now) else { return }
        tell(event, isProof: false, now: now, wallSeconds: Clock.wallSeconds())
    }

    /// Tells a fact that takes a proof: always, unless it is one that repeats itself.
    mutating func tellOfProof(_ event: Event, now: Milliseconds) {
        if let kind = LineKind(ofProof: event), !rateLimit.take(kind, now: now) { return }
        tell(event)
    }

    /// Counts lines that another role has left out.
    mutating func leaveOut(_ count: Int, now: Milliseconds) {
        rateLimit.leaveOut(count, now: now)
    }

    /// Writes the lines that wait no more, and tells how many were left out, once it is time.
    mutating func tick(_ now: Milliseconds) {
        if let count = rateLimit.takeLeftOut(now: now) { tell(.daemon(.linesLeftOut(count))) }
        write(queue?.release(now) ?? [])
    }

    /// When to call `tick` next; nil while there is nothing to tell.
    var nextDeadline: Milliseconds? {
        [rateLimit.leftOut.nextTelling, queue?.nextDeadline].compactMap { $0 }.min()
    }

    /// Writes the lines that still wait, as they are: the daemon ends.
    mutating func flush(now: Milliseconds) {
        write(queue?.releaseAll(now) ?? [])
    }
}
