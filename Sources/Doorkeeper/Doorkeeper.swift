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
/// Here is its loop: it waits, hands facts to the components, and performs what they return. The components are values that
/// start and log nothing; what the Doorkeeper does for each stands in an extension.
///
/// More than twelve fields: it is where the components meet.
///
/// - Six are components, each of which keeps what it knows to itself: `doors`, `keys`, `interfaces`, `listener`, `verifier`
///   and `journal`. `keyFiles` reads for `keys`.
/// - `names` is the Resolver. The journal asks it for names, but does not poll it or reap its process.
/// - `ledger` is what records, and `ledgerDuties` what the Doorkeeper remembers of it: a store has no timers.
/// - `runner` and `waitingEffects` are what is being done for doors, and what is done at the end of this turn.
/// - `configurationKeeper` and `service` are what it goes by, and its own start and end.
/// - `wakers` and `clockStep` are the kernel's side of the loop, `signedCounts` what the roles count of the signed port.
package final class Doorkeeper {
    typealias Commands = CommandRunner<ShellStarter, DoorIdentity, Holder, DoorCommand>

    var configurationKeeper: ConfigurationKeeper
    var service = ServiceState()
    private let wakers: LoopSources
    /// Whether the wall clock was set.
    var clockStep = ClockStep(Clock.moment())

    var journal: Journal
    /// With --lookup only.
    let names: HostNames?
    /// As with knockd, their names are fixed at the start.
    var interfaces: InterfaceKeeper
    let listener: RoleProcess<ListenerConversation>
    /// Runs where a door takes signed knocks.
    let verifier: RoleProcess<VerifierConversation>
    var signedCounts = SignedCounts()
    var keys: KeyService
    var keyFiles: KeyFiles

    let ledger: FailoverLedger
    var ledgerDuties: LedgerDuties
    var doors: DoorController
    var runner = Commands(starter: ShellStarter())
    /// What is to be done for doors at the end of this turn of the loop.
    var waitingEffects: [DoorEffect] = []

    var settings: Settings { configurationKeeper.settings }
    var configuration: Configuration { configurationKeeper.configuration }
    /// Nil until the daemon is to end; then its status.
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
        // From now on they are raised where they are needed: to start and to end processes, and for files.
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

    /// What the loop waits for: each descriptor with what is to be done when it is ready.
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
            // Each turn ends with what the ledger has decided.
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

    /// Does all that time brings about.
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

    /// The earliest moment at which a component has something to do.
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

    /// How many start commands run that no stop command follows: they may have something to close themselves.
    private var onceCount: Int { runner.count { $0.kind == .start && $0.purpose.purpose.isOnce } }

    /// The exit status, once there is nothing left to wait for.
    private func finalStatus() -> Int32? {
        guard let leaving, doors.isOver(whileRunning: onceCount, now: moment()) else { return nil }
        if !doors.openings.isEmpty { journal.tell(.daemon(.leftOpen(doors.openings.count))) }
        journal.tell(.daemon(.closed))
        journal.flush(now: Clock.sinceBoot())
        Capabilities.use { service.pidFile?.remove() }
        awaitRoles()
        return leaving
    }

    /// Roles that are still there when the daemon has gone are ended by systemd, with a line for each.
    private func awaitRoles() {
        let roles = [listener.process, verifier.process, names?.end()].compactMap { $0 }
        ChildProcess.wait(for: roles, atMost: DoorkeeperLimits.rolesEnd)
    }
}
