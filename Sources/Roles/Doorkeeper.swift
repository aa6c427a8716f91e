import Actions
import Configuration
import Doors
import Events
import Knocks
import Linux
import Ledger
import Packets

/// The role that was started, and that holds the privilege: keeps the openings, runs start and stop, writes ledger and
/// log, and starts the other roles. It never sees a packet's bytes, and believes nothing that it is told.
///
/// Here is its loop. How it starts, what it has to do with interfaces, with the Listener, with configurations and with
/// openings stands in an extension each.
package final class Doorkeeper {
    typealias Commands = CommandRunner<ShellStarter, DoorIdentity, Holder, Purpose>

    /// What a command is run for.
    enum Purpose: Equatable {
        case opening(OpeningKey)
        /// A door without a stop command: nothing follows.
        case once(DoorIdentity)

        var isOnce: Bool { if case .once = self { true } else { false } }
    }

    /// An opening one of whose commands was begun by an earlier run of the daemon, and still runs.
    struct Orphan {
        let opening: Opening
        /// When the command's limit is reached, or, after that, when it is killed; nil is never.
        var deadline: Milliseconds?
        var wasAsked = false
    }

    /// At the end, commands get so long to end by themselves.
    private static let lastCall: Milliseconds = 20_000
    /// How long to wait for roles that were ended.
    private static let roleGrace: Milliseconds = 1_000
    /// How often to try to bring the ledger back to where it belongs, and to see whether its file is still there.
    private static let ledgerPause: Milliseconds = 10_000
    /// How often to see whether the orphans have ended.
    private static let orphanPause: Milliseconds = 200

    let settings: Settings
    /// The absolute path, since a relative one would mean another file after a change of directory.
    let configurationFile: String
    var configuration: Configuration
    /// What was written down of reading it.
    var reading: ConfigurationReading?
    /// As with knockd, their names are fixed at the start.
    var interfaces: CaptureInterfaces
    var tables = DoorTables()

    var journal: Journal
    /// With --lookup only.
    let names: HostNames?
    let ledger: Ledger
    var openDoors = OpenDoors()
    /// Of proofs that lead to orders.
    var allowance: OrderAllowance
    /// Which completed sequences are ignored, since their doors have a cooldown.
    var cooldowns = CooldownBook()
    /// What the one-time files were like when they were last read, by their paths.
    var oneTimeMarks: [String: FileMark] = [:]
    var runner = Commands(starter: ShellStarter())
    var orphans: [Orphan] = []
    /// As whom the roles run. As with the interfaces, that is fixed at the start, and so is whether they have a sandbox.
    let users: RoleUsers
    let listener: RoleProcess<ListenerOrder>
    /// Runs where a door takes signed knocks.
    let verifier: RoleProcess<VerifierOrder>
    /// What was last told of the jail of each.
    var toldJails: [Event.Role: Event] = [:]
    /// How often each has sent what it should not.
    var misdeeds: [Event.Role: Int] = [:]
    var signed: SignedState
    /// Whether the wall clock was set.
    var clockStep = ClockStep(Clock.moment())
    private let signals: Signals
    private let timer: DeadlineTimer
    private let network: NetworkWatch
    let service = ServiceManager()
    var detachment: Detachment?
    var pidFile: PidFile?

    /// All that can only go wrong at the start has gone well.
    var isReady = false
    /// When to look at the interfaces.
    var lookAtInterfacesAt: Milliseconds? = 0
    /// When to try again what could not be captured.
    var retryCaptureAt: Milliseconds?
    /// When to tell the service manager that all is well.
    private var sayAliveAt: Milliseconds?
    /// What the Listener said before it ended, and what was last told of its ends.
    var listenerFailure: String?
    var toldEnd: String?
    /// That the doors are too many for the kernel's filter was told.
    var isFilterTold = false
    private var ledgerRetryAt: Milliseconds?
    private var ledgerLookAt: Milliseconds = 0
    /// Nil until the daemon is to end; then the moment at which it does not wait any more, and its status.
    private(set) var leaving: (at: Milliseconds, status: Int32)?

    init(
        settings: Settings, configuration: Configuration, users: RoleUsers, ledger: Ledger
    ) throws(SystemError) {
        self.settings = settings
        self.users = users
        let isSandboxed = configuration.options.isSandboxed
        listener = RoleProcess(
            name: RoleName.listener, argument: RoleArgument.listener,
            jail: Jail(users.listener, isSandboxed: isSandboxed))
        verifier = RoleProcess(
            name: RoleName.verifier, argument: RoleArgument.verifier,
            jail: Jail(users.verifier, isSandboxed: isSandboxed))
        configurationFile = Files.absolutePath(settings.configurationFile)
        self.configuration = configuration
        let named = settings.interfaces.isEmpty ? configuration.options.interfaces : settings.interfaces
        interfaces = CaptureInterfaces(named: named)
        self.ledger = ledger
        allowance = OrderAllowance(source: configuration.options.sourceRate, total: configuration.options.totalRate)
        allowance.doorCount = configuration.sequenceCount
        names = settings.looksUpNames ? HostNames() : nil
        journal = Journal(isVerbose: settings.isVerbose, isDebugging: settings.isDebugging, names: names)
        signed = try SignedState(window: configuration.options.timeWindow)
        signals = try Signals()
        network = try NetworkWatch(withRoutes: named.isEmpty)
        timer = try DeadlineTimer()
    }

    func loop() -> Int32 {
        let leftovers = ledger.load()
        let replayState = restoreReplayState()
        closeLeftovers(leftovers, now: Clock.sinceBoot())
        settleReplayState(replayState)
        takeUpSignedKnocks(Clock.sinceBoot())
        if signed.isEveryDoorShut {
            Output.printError(
                "knockd: no key can be used, and nothing else opens a door; mend the keys, and start it again")
            leave(status: 1, now: Clock.sinceBoot())
        }
        // From now on they are taken up where they are needed: to start and to end processes, and for files.
        Capabilities.rest()
        while true {
            let now = Clock.sinceBoot()
            catchUp(now)
            if let status = finalStatus(now) { return status }
            timer.set(nextDeadline(now))
            let ready = Poller.wait(
                [
                    Poller.Interest(signals.descriptor.number), Poller.Interest(timer.descriptor.number),
                    Poller.Interest(network.descriptor.number), listener.interest,
                    names?.interest ?? Poller.Interest(-1), verifier.interest,
                    Poller.Interest(signed.clock.descriptor.number), Poller.Interest(signed.files.descriptor.number),
                ],
                timeout: nil)
            if ready[0] { takeSignals() }
            if ready[1] { timer.acknowledge() }
            if ready[2] {
                network.acknowledge()
                interfacesMayHaveChanged(Clock.sinceBoot())
            }
            if ready[3] {
                listener.sendWaiting()
                takeReports(all: false)
            }
            if ready[5] {
                verifier.sendWaiting()
                takeVerifierReports(all: false)
            }
            if ready[6] { clockHasCome(Clock.sinceBoot()) }
            if ready[7], Capabilities.use({ signed.files.acknowledge() }) { keysMayHaveChanged(Clock.sinceBoot()) }
        }
    }

    /// Does all that time brings about.
    private func catchUp(_ now: Milliseconds) {
        lookAtClock(now)
        if leaving == nil {
            lookAfterInterfaces(now)
            if let moment = listener.startAt, moment <= now { startListener(now) }
            lookAfterListener(now)
            if let moment = verifier.startAt, moment <= now { startVerifier(now) }
            lookAfterVerifier(now)
            lookAfterKeys(now)
        } else if configuration.options.onExit == .close {
            openDoors.makeAllDue(at: now)
        }
        closeDue(now)
        listener.endIfDue(now: now)
        verifier.endIfDue(now: now)
        lookAfterOrphans(now)
        handle(runner.advance(to: now), now: now)
        lookAfterLedger(now)
        catchUpWithLines(now)
        if let pause = service.watchdogPause, now >= sayAliveAt ?? now {
            service.tellAlive()
            sayAliveAt = now + pause
        }
    }

    private func lookAfterLedger(_ now: Milliseconds) {
        if !ledger.isHome, now >= ledgerRetryAt ?? now + Self.ledgerPause {
            Capabilities.use { ledger.tryToReturn(all: ledgerContent) }
            drainLedger()
            ledgerRetryAt = nil
        }
        if now >= ledgerLookAt {
            lookAtLedger()
            ledgerLookAt = now + Self.ledgerPause
        }
        if !ledger.isHome, ledgerRetryAt == nil { ledgerRetryAt = now + Self.ledgerPause }
    }

    private func nextDeadline(_ now: Milliseconds) -> Milliseconds? {
        let ofListening = [
            listener.startAt, listener.pingAt, verifier.startAt, verifier.pingAt, lookAtInterfacesAt, retryCaptureAt,
            nextKeyDeadline,
        ]
        let ofOthers = [
            openDoors.nextDeadline, runner.nextDeadline(now: now), leaving?.at, journal.nextDeadline,
            names?.nextDeadline(now), orphans.isEmpty ? nil : now + Self.orphanPause, listener.endAt,
            leaving.map { $0.at - Self.lastCall / 2 }.flatMap { $0 > now ? $0 : nil },
            ledger.isHome ? nil : ledgerRetryAt, ledgerLookAt, sayAliveAt, verifier.endAt,
        ]
        return (ofOthers + (leaving == nil ? ofListening : [])).compactMap { $0 }.min()
    }

    private func takeSignals() {
        while let signal = signals.next() {
            let now = Clock.sinceBoot()
            switch signal {
            case .terminate, .interrupt: leave(status: 0, now: now)
            case .hangup: reload()
            case .child: reapChildren(now)
            }
        }
    }

    private func reapChildren(_ now: Milliseconds) {
        while let (process, ending) = ChildProcess.reap() {
            if listener.isProcess(process) {
                // What it has said before counts.
                takeReports(all: true)
                listenerEnded(ending, pause: listener.ended(now: now), now: now)
            } else if verifier.isProcess(process) {
                takeVerifierReports(all: true)
                verifierEnded(ending, pause: verifier.ended(now: now), now: now)
            } else if names?.isProcess(process) ?? false {
                resolverEnded(ending, now: now)
            } else {
                handle(runner.childEnded(process, ending, now: now), now: now)
            }
        }
    }

    /// Begins to end: nobody is let in any more, and what is open is closed if it is to be.
    func leave(status: Int32, now: Milliseconds) {
        guard leaving == nil else { return }
        leaving = (now + Self.lastCall, status)
        service.tellStopping()
        journal.tell(.shuttingDown)
        listener.end()
        verifier.end()
        for job in runner.takeBack(where: { $0.kind == .start }) {
            guard case .opening(let key) = job.purpose else { continue }
            perform(openDoors.takenBack(key, now: now), now: now)
        }
        perform(openDoors.retryAll(), now: now)
        let commands = runner.count { $0.kind == .start && $0.purpose.isOnce }
        if commands > 0 { journal.tell(.waitingForCommands(commands)) }
    }

    /// Runs the stop commands whose time has come. At the end of the daemon start commands that still run get half of the time
    /// that is left for all, so that there is some for their stop commands.
    private func closeDue(_ now: Milliseconds) {
        for step in openDoors.due(at: now) {
            switch step {
            case .stop(let opening), .over(let opening):
                journal.tell(.commandTimeout(door: opening.key.door.displayName, source: opening.key.address))
            default: break
            }
            perform([step], now: now)
        }
        perform(openDoors.retriesDue(at: now), now: now)
        if let leaving, now >= leaving.at - Self.lastCall / 2 {
            _ = runner.end(where: { $0.kind == .start && !$0.purpose.isOnce }, now: now)
            for orphan in orphans { hastenOrphan(orphan.opening.key, now: now) }
        }
    }

    /// The exit status, once there is nothing left to wait for.
    private func finalStatus(_ now: Milliseconds) -> Int32? {
        guard let leaving else { return nil }
        let isDone =
            configuration.options.onExit == .close
            ? openDoors.isEmpty : openDoors.all.allSatisfy { $0.phase == .open }
        // A start without a stop may have something to close itself.
        let isIdle = runner.count { $0.kind == .start && $0.purpose.isOnce } == 0
        guard isDone && isIdle || now >= leaving.at else { return nil }
        if !openDoors.isEmpty { journal.tell(.leftOpen(openDoors.all.count)) }
        journal.tell(.closed)
        journal.flush(now: now)
        Capabilities.use { pidFile?.remove() }
        awaitRoles()
        return leaving.status
    }

    /// Roles that are still there when the daemon has gone are ended by systemd, with a line for each.
    private func awaitRoles() {
        let roles = [listener.process, verifier.process, names?.end()].compactMap { $0 }
        ChildProcess.wait(for: roles, atMost: Self.roleGrace)
    }
}
