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

/// The privileged role: it keeps the openings, runs start and stop commands, writes ledger and log, and starts the
/// other roles. It never reads a packet's bytes, and checks every report that it receives.
///
/// This file is its loop: it waits, passes facts to the components, and performs what they return. The components are
/// values that start and log nothing. Extensions hold the Doorkeeper's part for each component.
///
/// More than twelve fields: it is where the components meet.
///
/// - Six are components with private state: `doors`, `keys`, `interfaces`, `listener`, `verifier` and `journal`.
///   `keyFiles` reads for `keys`.
/// - `names` is the Resolver. The journal asks it for names, but does not poll it or reap its process.
/// - `ledger` stores records, and `ledgerDuties` holds its timers and pending records.
/// - `runner` runs the doors' commands, and `waitingEffects` holds what is performed at the end of this turn.
/// - `configurationKeeper` and `service` hold the configuration, and the daemon's own start and end.
/// - `wakers` and `clockStep` are the kernel's side of the loop. `signedCounts` sums the roles' counters of the signed
///   port.
package final class Doorkeeper {
    typealias Commands = CommandRunner<ShellStarter, DoorIdentity, Holder, DoorCommand>

    var configurationKeeper: ConfigurationKeeper
    var service = ServiceState()
    private let wakers: LoopSources
    /// Detects that the wall clock was set.
    var clockStep = ClockStep(Clock.moment())

    var journal: Journal
    /// Nil without --lookup.
    let names: HostNames?
    /// Their names are fixed at the start, as in knockd.
    var interfaces: InterfaceKeeper
    let listener: RoleProcess<ListenerConversation>
    /// Runs only if a door takes signed knocks.
    let verifier: RoleProcess<VerifierConversation>
    var signedCounts = SignedCounts()
    var keys: KeyService
    var keyFiles: KeyFiles

    let ledger: FailoverLedger
    var ledgerDuties: LedgerDuties
    var doors: DoorController
    var runner = Commands(starter: ShellStarter())
    /// Effects of doors that are performed at the end of this turn of the loop.
    var waitingEffects: [DoorEffect] = []

    var settings: Settings { configurationKeeper.settings }
    var configuration: Configuration { configurationKeeper.configuration }
    /// The exit status; nil until the daemon begins to end.
    var leaving: Int32? { service.leaving }

    init(
        settings: Settings, configuration: Configuration, users: RoleUsers, ledger: consuming LoadedLedger
    ) throws(SystemError) {
        configurationKeeper = ConfigurationKeeper(settings, configuration)
        let named = settings.interfaces.isEmpty ? configuration.options.interfaces : settings.interfaces
        interfaces = InterfaceKeeper(named: named)
        let isSandboxed = configuration.options.isSandboxed
        let (listenersEnd, verifiersEnd) = try RoleChannel.socketPair()
        listener = RoleProcess(
            name: RoleName.listener, argument: RoleArgument.listener, user: users.listener, isSandboxed: isSandboxed,
            link: listenersEnd, ListenerConversation(onlyIPv4: settings.onlyIPv4))
        verifier = RoleProcess(
            name: RoleName.verifier, argument: RoleArgument.verifier, user: users.verifier, isSandboxed: isSandboxed,
            link: verifiersEnd, VerifierConversation())
        doors = DoorController(
            rules: DoorController.Rules(
                doors: configuration.doors, keepsGoneDoors: configuration.options.reloadKeeps),
            rates: (configuration.options.sourceRate, configuration.options.totalRate), timeOfDay: Clock.localTime,
            isAlive: { $0.isAlive })
        doors.setSequenceCount(configuration.sequenceCount)
        names = settings.looksUpNames ? HostNames() : nil
        journal = Journal(isVerbose: settings.isVerbose, isDebugging: settings.isDebugging, names: names)
        keyFiles = try KeyFiles(ledgerID: ledger.replay.ledgerID)
        var keys = KeyService(window: configuration.options.timeWindow)
        ledgerDuties = LedgerDuties(leftovers: ledger.openings, loss: keys.takeBack(ledger.replay, now: .now))
        self.ledger = ledger.recordFloors(keys.replayState.floors)
        self.keys = keys
        wakers = try LoopSources(withRoutes: named.isEmpty)
    }

    func loop() -> Int32 {
        closeLeftovers(ledgerDuties.takeLeftovers())
        drainLedger()
        if let loss = ledgerDuties.takeLoss() { tellOfLoss(loss) }
        applySignedKnocks(Clock.sinceBoot())
        if keys.isEveryDoorShut {
            Output.printError(
                "knockd: no key can be used, and nothing else opens a door; correct the keys, then start it again")
            leave(status: 1, now: Clock.sinceBoot())
        }
        // From here on capabilities are raised only to start and end processes, and for files.
        Capabilities.lower()
        while true {
            let now = Clock.sinceBoot()
            tick(now)
            finishTurn()
            if let status = finalStatus() { return status }
            wakers.timer.set(nextDeadline(now))
            let sources = sources
            let ready = Poller.wait(sources.map(\.interest), timeout: nil)
            for (source, isReady) in zip(sources, ready) where isReady { source.handle() }
        }
    }

    /// The descriptors that the loop waits for, each with the handler to call when it is ready.
    private var sources: [(interest: Poller.Interest, handle: () -> Void)] {
        [
            (Poller.Interest(wakers.signals.descriptor.number), takeSignals),
            (Poller.Interest(wakers.timer.descriptor.number), wakers.timer.acknowledge),
            (Poller.Interest(wakers.network.descriptor.number), takeNetworkChange),
            (listener.interest, takeFromListener),
            (names?.interest ?? Poller.Interest(-1), {}),
            (verifier.interest, takeFromVerifier),
            (Poller.Interest(keyFiles.clock.descriptor.number), { self.clockHasCome(Clock.sinceBoot()) }),
            (Poller.Interest(keyFiles.changes.descriptor.number), takeKeyChange),
            // No handler: each turn ends by taking the ledger's completions.
            (Poller.Interest(ledger.descriptor ?? -1), {}),
        ]
    }

    private func takeNetworkChange() {
        wakers.network.acknowledge()
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

    /// Runs everything that is due.
    private func tick(_ now: Milliseconds) {
        lookAtClock(now)
        if leaving == nil {
            advanceInterfaces(now)
            advanceListener(now)
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
        if service.isAliveDue(every: service.manager.watchdogPause, now: now) { service.manager.tellAlive() }
    }

    private func advanceLedger(_ now: Milliseconds) {
        if ledgerDuties.isReturnDue(isHome: ledger.isHome, now: now) {
            useLedger { ledger.tryToReturn(all: ledgerContent) }
        }
        if ledgerDuties.isLookDue(now: now) { lookAtLedger() }
        ledgerDuties.scheduleReturn(isHome: ledger.isHome, now: now)
    }

    /// The earliest time at which a component has something to do; nil if none has.
    private func nextDeadline(_ now: Milliseconds) -> Milliseconds? {
        let ofListening = [
            listener.health.nextDeadline, verifier.health.nextDeadline, interfaces.nextDeadline, nextKeyDeadline,
        ]
        let ofOthers = [
            doors.nextDeadline(now), runner.nextDeadline(now: now), journal.nextDeadline, names?.nextDeadline(now),
            ledgerDuties.nextDeadline(isHome: ledger.isHome), service.nextDeadline, listener.health.endAt,
            verifier.health.endAt,
        ]
        return (ofOthers + (leaving == nil ? ofListening : [])).compactMap { $0 }.min()
    }

    private func takeSignals() {
        while let signal = wakers.signals.next() {
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
                // Reports that it sent before its end are valid.
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

    /// Begins to end the daemon: no more knocks are accepted, and openings are closed if the configuration says so.
    func leave(status: Int32, now: Milliseconds) {
        guard service.leaves(status: status) else { return }
        service.manager.tellStopping()
        journal.tell(.daemon(.shuttingDown))
        listener.end()
        verifier.end()
        let takenBack = runner.takeBack { $0.kind == .start }.compactMap(\.purpose.purpose.opening)
        perform(
            doors.leave(
                closingAll: configuration.options.onExit == .close, takenBack: takenBack, commands: onceCount,
                now: moment()))
    }

    /// Number of running start commands without a stop command. The daemon waits for them, since they may close their
    /// door themselves.
    private var onceCount: Int { runner.count { $0.kind == .start && $0.purpose.purpose.isOnce } }

    /// The exit status, once nothing is left to wait for; nil before.
    private func finalStatus() -> Int32? {
        guard let leaving, doors.isOver(whileRunning: onceCount, now: moment()) else { return nil }
        if !doors.openings.isEmpty { journal.tell(.daemon(.leftOpen(doors.openings.count))) }
        journal.tell(.daemon(.closed))
        journal.flush(now: Clock.sinceBoot())
        Capabilities.use { service.pidFile?.remove() }
        awaitRoles()
        return leaving
    }

    /// Waits for the roles to end: systemd kills those that outlive the daemon, and logs a line for each.
    private func awaitRoles() {
        let roles = [listener.process, verifier.process, names?.end()].compactMap { $0 }
        ChildProcess.wait(for: roles, atMost: DoorkeeperLimits.rolesEnd)
    }
}
