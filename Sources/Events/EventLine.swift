import Base
import Packets

/// An event in words, as each of the daemon's outputs has it: the one place that knows the line format.
///
/// The lines that knockd has too are verbatim knockd's, since people's filters read them.
package struct EventLine: Equatable, Sendable {
    /// For the log file and the system log; nil if they are not told.
    package let log: String?
    /// For standard output, with -v; nil if it is not told.
    package let output: String?
    /// For standard error; nil if it is not told.
    package let error: String?

    /// - Parameter name: the name of the address that the line begins with; lines that begin with none have no place
    ///   for it.
    package init(_ event: Event, name: HostName? = nil) {
        switch event {
        case .listening(let interface):
            self.init(log: "starting up, listening on \(interface)", output: "listening on \(interface)...")
        case .shuttingDown:
            self.init(log: "shutting down", output: "waiting for child processes...")
        case .closed:
            self.init(log: nil, output: "closing...")
        case .refused(.commandTooLong, _, _):
            let text = EventLine.printable(EventLine.insert(name, into: EventLine.text(of: event), event))
            let error = "error: parsed start command has been truncated! --> won't execute it"
            self.init(log: text, output: text, error: error)
        case .closingLog(let file):
            self.init(log: nil, output: EventLine.printable("closing log file: \(file)"))
        case .reopeningLog(let file):
            self.init(log: nil, output: EventLine.printable("re-opening log file: \(file)"))
        case .commandStatus:
            // Standard error has it already.
            let text = EventLine.printable(EventLine.text(of: event))
            self.init(log: text, output: nil, error: text)
        default:
            let text = EventLine.printable(EventLine.insert(name, into: EventLine.text(of: event), event))
            self.init(log: text, output: text, error: EventLine.isError(event) ? text : nil)
        }
    }

    private init(log: String?, output: String?, error: String? = nil) {
        self.log = log
        self.output = output
        self.error = error
    }

    /// `ADDRESS (NAME): …`, as knockd's --lookup has it.
    private static func insert(_ name: HostName?, into text: String, _ event: Event) -> String {
        guard let name, let address = event.source?.description, text.hasPrefix("\(address): ") else { return text }
        return "\(address) (\(name))" + text.dropFirst(address.count)
    }

    /// One line, whatever a text from elsewhere holds.
    package static func printable(_ text: String) -> String { PrintableText.line(text) }

    private static func text(of event: Event) -> String {
        switch event {
        case .stage(let stage, let door, let source): "\(source): \(door): Stage \(stage)"
        case .openSesame(let door, let source): "\(source): \(door): OPEN SESAME"
        case .sequenceTimeout(let stage, let door, let source): "\(source): \(door): sequence timeout (stage \(stage))"
        case .attemptReset(let stage, let knock, let door, let source):
            "\(source): \(door): attempt at stage \(stage) ended by \(knock)"
        case .refused(let refusal, let door, let source): "\(source): \(door): refused: \(text(of: refusal))"
        case .inCooldown(let seconds, let door, let source):
            "\(source): \(door): ignored for \(seconds) s more (seq_cooldown)"
        case .linesLeftOut(let count): "\(count) lines about knocks were left out, there were too many at once"
        case .linesNotTaken(let count): "\(count) lines were left out here, nobody took them"
        case .running(let command, let door): "\(door): running command: \(command)"
        case .extended(let until, let door, let source): "\(source): \(door): stays open until \(until)"
        case .runsAgain(.gone, let door, let source):
            "\(source): \(door): the opening is gone from the firewall, running start again"
        case .runsAgain(.anew, let door, let source): "\(source): \(door): running stop and start again"
        case .openAgain(let until, let door, let source): "\(source): \(door): open again until \(until)"
        case .stopFailed(let reason, let next, let door, let source):
            "\(source): \(door): stop failed (\(reason)), it stays open; next try \(next.map { "at \($0)" } ?? "when the next opening ends")"
        case .stopNotNeeded(let door, let source):
            "\(source): \(door): closed: stop fails, but the check says that nothing is open any more"
        case .commandTimeout(let door, let source): "\(source): \(door): command timeout"
        case .commandStatus(let status, let door): "\(door): command returned non-zero status code (\(status))"
        case .commandKilled(let signal, let door): "\(door): command was ended by signal \(signal)"
        case .commandOverLimit(let seconds, let door): "\(door): command runs for more than \(seconds) s, ending it"
        case .commandNotRun(let reason, let door): "\(door): command cannot be run: \(reason)"
        case .commandWaits(let running, let door): "\(door): start command waits, \(running) are running"
        case .closingLeftover(let door, let source): "\(source): \(door): closing what an earlier run left open"
        default: SignedEventText.text(of: event) ?? ownText(of: event)
        }
    }

    private static func ownText(of event: Event) -> String {
        switch event {
        case .roleEnded(let role, let reason, let restartIn):
            "the \(role.rawValue) has ended (\(reason)), starting another in \(restartIn) ms"
        case .roleMisbehaved(let role, let what, let times):
            "the \(role.rawValue) sent what it should not (\(what)), ending it, \(times) times so far"
        case .roleJailed(let role, let user, let fences): "the \(role.rawValue) is jailed: user \(user), \(fences)"
        case .optionKept(let directive):
            "\(directive) is fixed at the start; the other one counts from the next start on"
        case .privilegeMissing(let text): text
        case .jailKept: "User and Sandbox are fixed at the start; start the daemon anew for others"
        case .interfaceAwaited(let interface, let isThere):
            "interface \(interface) is \(isThere ? "down" : "not there"), waiting for it"
        case .interfaceBack(let interface): "interface \(interface) is back, listening on it"
        case .interfaceLeft(let interface):
            "interface \(interface) has no default route any more, not listening on it; -i \(interface) keeps it"
        case .interfaceHasAddress(let interface, false):
            "interface \(interface) has no address: until it has one, only doors with a target can be knocked at there"
        case .interfaceHasAddress(let interface, true): "interface \(interface) has an address"
        case .captureFailed(let interface, let reason): "could not open \(interface): \(reason)"
        case .interfaceKept(let named):
            "the interface (\(named)) is fixed at the start; start the daemon anew for another"
        case .noPidFile(let file, let reason): "could not create pid file \(file): \(reason)"
        case .oneTimeUsedUp(let door):
            "no more sequences left in the one time sequences file for door \(door) --> disabling the door"
        case .oneTimeUnmarkable(let door, let words): "door \(door): \(words)"
        case .clockWasSet(let seconds):
            "the clock was set \(seconds < 0 ? "back" : "forward") by \(seconds.magnitude) s"
        case .filterTooLarge:
            "there are too many ports or addresses for a filter in the kernel, filtering in the daemon"
        case .procMissing:
            "/proc is not mounted: this counts as the first start since a boot, commands that an earlier run left running are not "
                + "found, nor is the default route's interface; mount -t proc proc /proc mends that"
        case .resolverEnded(let reason):
            "the resolver has ended (\(reason)), lines go without names until another one answers"
        case .rereading(let file): "re-reading config file: \(file)"
        case .configurationFault(let diagnostic): diagnostic
        case .reloadRefused(let file): "\(file) has errors, the configuration stays as it was"
        case .waitingForCommands(let count):
            "waiting for \(count) command\(count == 1 ? "" : "s") without a stop command to end"
        case .holdsNotGranted(let count):
            "closing \(count) opening\(count == 1 ? "" : "s") that the new configuration does not grant"
        case .leftOpen(let count): "\(count) doors are left open, the next start closes them in time"
        case .packet, .filter, .localAddress, .doorConfigured: detail(of: event)
        case .ledgerFailed(let file, let reason, let fallback):
            "the ledger \(file) cannot be written (\(reason)), going on in \(fallback)"
        case .ledgerBack(let file): "the ledger is back in \(file)"
        case .ledgerLost(let reason):
            "no ledger can be written (\(reason)): doors that need closing are not opened until one can"
        case .ledgerInMemory(let reason):
            "no ledger can be written (\(reason)): what is open is known to this process alone, so that a killed daemon "
                + "leaves it open, and signed knocks are refused; name a file that it can write with StateFile"
        case .ledgerDamaged(let file, let movedTo): "the ledger \(file) is damaged, it was moved to \(movedTo)"
        case .ledgerOfItsOwn(let file, let other, let process, let interfaces):
            "\(process.map { "process \($0)" } ?? "another process") at \(interfaces.joined(separator: ",")) has the ledger "
                + "\(other), this daemon's is \(file)"
        case .ledgerTakenOver(let file, let openings):
            "took over \(openings) openings from the ledger \(file), whose daemon does not run any more"
        case .ledgerNotTakenOver(let file, let reason):
            "the ledger \(file) of a daemon that does not run any more cannot be read (\(reason)): what that has left open "
                + "stays open"
        default: ""
        }
    }

    /// Lines of -D.
    private static func detail(of event: Event) -> String {
        switch event {
        case .packet(let transport, let from, let to, let length, let moment):
            "\(moment): \(transport): \(from.address):\(from.port) -> \(to.address):\(to.port) \(length) bytes"
        case .filter(let expression): "filter: \(expression)"
        case .localAddress(let address): "local IP: \(address)"
        case .doorConfigured(let name, let sequence, let timeout):
            "config: \(name): sequence: \(sequence), seq_timeout: \(timeout)"
        default: ""
        }
    }

    private static func text(of refusal: Event.Refusal) -> String {
        switch refusal {
        case .tooOften: "the door is knocked at too often"
        case .tooManyFromSource: "this source knocks too often (SourceRate)"
        case .tooManyInAll: "too many knocks come from everywhere (TotalRate)"
        case .full(let limit): "the door is open for \(limit) addresses, its max_openings"
        case .commandTooLong: "parsed command would be too long"
        case .tooManyWaiting(let limit): "\(limit) start commands wait already"
        case .notRecorded: "the opening cannot be recorded"
        case .notSpent(let reason): "its one-time sequence cannot be marked as used: \(reason)"
        }
    }

    private static func isError(_ event: Event) -> Bool {
        switch event {
        case .commandStatus, .commandKilled, .commandOverLimit, .commandNotRun, .stopFailed, .roleEnded,
            .roleMisbehaved,
            .keyFault,
            .configurationFault, .reloadRefused, .ledgerFailed, .ledgerLost, .ledgerInMemory, .ledgerDamaged,
            .ledgerNotTakenOver, .leftOpen,
            .filterTooLarge, .captureFailed, .noPidFile, .privilegeMissing, .oneTimeUsedUp, .oneTimeUnmarkable,
            .resolverEnded, .refused(.notSpent, _, _):
            true
        default: false
        }
    }
}
