import Actions
import Base
import Configuration
import Confinement
import DoorControl
import Doors
import Events
import KeyMessages
import Knocks
import Ledger
import Linux
import Messages
import Packets
import SignedKnocks

/// The role that was started, and that holds the privilege: keeps the openings, runs start and stop, writes ledger and
/// log, and starts the other roles. It never sees a packet's bytes, and believes nothing that it is told.
///
/// Here is its loop. How it starts, what it has to do with interfaces, with the Listener, with configurations and with
/// openings stands in an extension each.
package final class Doorkeeper {
    typealias Commands = CommandRunner<ShellStarter, DoorIdentity, Holder, DoorCommand>

    /// How often to try to bring the ledger back to where it belongs, and to see whether its file is still there.
    private static let ledgerPause: Milliseconds = 10_000

    let settings: Settings
    /// The absolute path, since a relative one would mean another file after a change of directory.
    let configurationFile: String
    var configuration: Configuration
    /// What was written down of reading it.
    var reading: ConfigurationReading?
    /// As with knockd, their names are fixed at the start.
    var interfaces: CaptureInterfaces
    var doorLists = DoorLists()

    var journal: Journal
    /// With --lookup only.
    let names: HostNames?
    let ledger: FailoverLedger
    /// What was submitted to be recorded, and is not decided.
    var submitted: [UInt64: DoorRecord] = [:]
    /// What an earlier run has left, until the loop takes it over.
    private var leftovers: [Opening]
    private let lossAtStart: ReplayLoss?
    var doors: DoorController
    /// What is to be done for doors at the end of this turn of the loop.
    var waitingEffects: [DoorEffect] = []
    /// Doors whose last one-time sequence could not be marked as used: it can come again.
    var unmarked: Set<DoorIdentity> = []
    /// What the one-time files were like when they were last read, by their paths.
    var oneTimeMarks: [String: FileMark] = [:]
    var runner = Commands(starter: ShellStarter())
    /// As whom the roles run. As with the interfaces, that is fixed at the start, and so is whether they have a sandbox.
    let users: RoleUsers
    let listener: RoleProcess<ListenerControl>
    /// Runs where a door takes signed knocks.
    let verifier: RoleProcess<VerifierControl>
    /// What was last told of the jail of each.
    var toldJails: [Event.Role: Event] = [:]
    /// How often each has sent what it should not.
    var violations: [Event.Role: Int] = [:]
    var signed: SignedState
    var keys: KeyService
    var keyFiles: KeyFiles
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
    /// Nil until the daemon is to end; then its status.
    private(set) var leaving: Int32?

    init(
        settings: Settings, configuration: Configuration, users: RoleUsers, ledger: consuming LoadedLedger
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
        doors = DoorController(
            rules: DoorController.Rules(
                doors: configuration.doors, keepsGoneDoors: configuration.options.reloadKeeps),
            rates: (configuration.options.sourceRate, configuration.options.totalRate), timeOfDay: Clock.localTime,
            isAlive: { $0.isAlive })
        doors.setSequenceCount(configuration.sequenceCount)
        names = settings.looksUpNames ? HostNames() : nil
        journal = Journal(isVerbose: settings.isVerbose, isDebugging: settings.isDebugging, names: names)
        signed = try SignedState()
        keyFiles = try KeyFiles(ledgerID: ledger.replay.ledgerID)
        var keys = KeyService(window: configuration.options.timeWindow)
        leftovers = ledger.openings
        lossAtStart = keys.takeBack(ledger.replay, now: .now)
        self.ledger = ledger.recordFloors(keys.replayState.floors)
        self.keys = keys
        signals = try Signals()
        network = try NetworkWatch(withRoutes: named.isEmpty)
        timer = try DeadlineTimer()
    }

    func loop() -> Int32 {
        closeLeftovers(leftovers)
        leftovers = []
        drainLedger()
        if let loss = lossAtStart { tellOfLoss(loss) }
        applySignedKnocks(Clock.sinceBoot())
        if keys.isEveryDoorShut {
            Output.printError(
                "knockd: no key can be used, and nothing else opens a door; mend the keys, and start it again")
            leave(status: 1, now: Clock.sinceBoot())
        }
        // From now on they are raised where they are needed: to start and to end processes, and for files.
        Capabilities.lower()
        while true {
            let now = Clock.sinceBoot()
            tick(now)
            finishTurn()
            if let status = finalStatus() { return status }
            timer.set(nextDeadline(now))
            let sources = sources
            let ready = Poller.wait(sources.map(\.interest), timeout: nil)
            for (source, isReady) in zip(sources, ready) where isReady { source.handle() }
        }
    }

    /// What the loop waits for: each descriptor with what is to be done when it is ready.
    private var sources: [(interest: Poller.Interest, handle: () -> Void)] {
        [
            (Poller.Interest(signals.descriptor.number), takeSignals),
            (Poller.Interest(timer.descriptor.number), timer.acknowledge),
            (Poller.Interest(network.descriptor.number), takeNetworkChange),
            (listener.interest, takeFromListener),
            (names?.interest ?? Poller.Interest(-1), {}),
            (verifier.interest, takeFromVerifier),
            (Poller.Interest(keyFiles.clock.descriptor.number), { self.clockHasCome(Clock.sinceBoot()) }),
            (Poller.Interest(keyFiles.changes.descriptor.number), takeKeyChange),
            // Each turn ends with what the ledger has decided.
            (Poller.Interest(ledger.descriptor ?? -1), {}),
        ]
    }

    private func takeNetworkChange() {
        network.acknowledge()
        interfacesMayHaveChanged(Clock.sinceBoot())
    }

    private func takeFromListener() {
        listener.sendWaiting()
        takeReports(all: false)
    }

    private func takeFromVerifier() {
        verifier.sendWaiting()
        takeVerifierReports(all: false)
    }

    private func takeKeyChange() {
        if Capabilities.use({ keyFiles.changes.acknowledge() }) { keysMayHaveChanged(Clock.sinceBoot()) }
    }

    /// Does all that time brings about.
    private func tick(_ now: Milliseconds) {
        lookAtClock(now)
        if leaving == nil {
            advanceInterfaces(now)
            if let moment = listener.startAt, moment <= now { startListener(now) }
            advanceListener(now)
            if let moment = verifier.startAt, moment <= now { startVerifier(now) }
            advanceVerifier(now)
            advanceKeys(now)
        }
        perform(doors.advance(to: moment()))
        if doors.endsStarts(now: moment()) {
            _ = runner.end(where: { $0.kind == .start && !$0.purpose.purpose.isOnce }, now: now)
        }
        listener.endIfDue(now: now)
        verifier.endIfDue(now: now)
        handle(runner.advance(to: now), now: now)
        advanceLedger(now)
        tickLines(now)
        if let pause = service.watchdogPause, now >= sayAliveAt ?? now {
            service.tellAlive()
            sayAliveAt = now + pause
        }
    }

    private func advanceLedger(_ now: Milliseconds) {
        if !ledger.isHome, now >= ledgerRetryAt ?? now + Self.ledgerPause {
            useLedger { ledger.tryToReturn(all: ledgerContent) }
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
            doors.nextDeadline(now), runner.nextDeadline(now: now), journal.nextDeadline,
            names?.nextDeadline(now), listener.endAt,
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
        leaving = status
        service.tellStopping()
        journal.tell(.daemon(.shuttingDown))
        listener.end()
        verifier.end()
        let takenBack = runner.takeBack { $0.kind == .start }.compactMap(\.purpose.purpose.opening)
        perform(
            doors.leave(
                closingAll: configuration.options.onExit == .close, takenBack: takenBack, commands: onceCount,
                now: moment()))
    }

    /// How many start commands run that no stop command follows: they may have something to close themselves.
    private var onceCount: Int { runner.count { $0.kind == .start && $0.purpose.purpose.isOnce } }

    /// The exit status, once there is nothing left to wait for.
    private func finalStatus() -> Int32? {
        guard let leaving, doors.isOver(whileRunning: onceCount, now: moment()) else { return nil }
        if !doors.openings.isEmpty { journal.tell(.daemon(.leftOpen(doors.openings.count))) }
        journal.tell(.daemon(.closed))
        journal.flush(now: Clock.sinceBoot())
        Capabilities.use { pidFile?.remove() }
        awaitRoles()
        return leaving
    }

    /// Roles that are still there when the daemon has gone are ended by systemd, with a line for each.
    private func awaitRoles() {
        let roles = [listener.process, verifier.process, names?.end()].compactMap { $0 }
        ChildProcess.wait(for: roles, atMost: DoorkeeperLimits.rolesEnd)
    }
}
