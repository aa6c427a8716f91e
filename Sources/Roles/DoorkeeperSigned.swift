import Actions
import Configuration
import Doors
import Events
import Keys
import Ledger
import Linux
import Packets
import SignedKnocks

/// What the Doorkeeper does with the Verifier's orders: it judges them again, spends them, and runs what they ask for.
/// All orders that arrive together share one transaction, and nothing of them acts before that is on the disk. Orders over
/// a rate need none, but for a floor at most once a second.
extension Doorkeeper {
    /// How long an order may have waited for the Doorkeeper.
    private static let onItsWay: Milliseconds = 10_000

    /// An order that is as good as done, once it is recorded.
    private struct Step {
        enum Action {
            case knock(OpenDoors.KnockOutcome)
            /// At a door without a stop command.
            case once(ActionTemplate, Proof)
            case close([OpenDoors.CloseOutcome])
        }

        let order: SignedOrder
        let generation: Keyring.Generation
        let door: Door
        let action: Action
    }

    /// What a set of orders comes to.
    private struct Batch {
        var steps: [Step] = []
        var spendings: [Spending] = []
        /// Orders over a rate, which are refused once the floors are recorded that keep them so.
        var overRate: [(order: SignedOrder, generation: Keyring.Generation, reason: RejectReason)] = []
        /// The generations of these floors.
        var raised: Set<GenerationID> = []
        /// By its key the newest state of each opening that has changed.
        var openings: [OpeningKey: Opening] = [:]
        /// Those that are over.
        var closing: [OpeningKey] = []
    }

    /// Acts on orders.
    func accept(_ orders: [SignedOrder], now: Milliseconds) {
        guard !orders.isEmpty, leaving == nil else { return }
        let before = openDoors
        var batch = Batch()
        for order in orders {
            let isSpent = judge(order, &batch, now: now)
            if order.isSurplus { continue }
            verifier.send([.decided(generation: order.generation, nonce: order.nonce, isSpent: isSpent)])
        }
        // It could make us remember answers without end.
        if verifier.isBehind { endVerifier("more orders than may be under way") }
        // A later order of this batch may have raised one again.
        let floors: [ReplayCache.Floor] = batch.raised.compactMap { id in
            signed.replay.ledgerFloor(of: id).map { (id, $0) }
        }
        if batch.spendings.isEmpty {
            record(floors: floors)
        } else if record(batch, floors) {
            for step in batch.steps { perform(step, now: now) }
        } else {
            openDoors = before
            for step in batch.steps { refuse(.notRecorded, step.order, step.generation, now: now) }
            // What kept the others from being recorded need not keep these.
            record(floors: floors)
        }
        for (order, generation, reason) in batch.overRate { refuse(reason, order, generation, now: now) }
    }

    /// Whether the addresses of an order can be those of hosts.
    func areHosts(_ order: SignedOrder) -> Bool {
        SignedAddress.isAllowed(order.source, onLoopback: order.isOnLoopback && interfaces.mayBeLoopback)
            && (order.address == order.source || SignedAddress.isAllowed(order.address, onLoopback: false))
    }

    private func record(_ batch: Batch, _ floors: [ReplayCache.Floor]) -> Bool {
        let wall = UnixSeconds(Clock.wallSeconds())
        let used = Set(batch.spendings.map(\.knock.generation))
        let entry = LedgerEntry(
            openings: Array(batch.openings.values), closing: batch.closing, spendings: batch.spendings, floors: floors,
            uses: Dictionary(uniqueKeysWithValues: used.map { ($0, wall) }))
        guard record(entry) else { return false }
        // What retires once another is used may retire from now on.
        if used.map({ signed.keyring.used($0, at: wall) }).contains(true) { setRetirementTimer() }
        return true
    }

    /// Judges one order, spends it, and notes what is to be done; true if its nonce is spent or over a rate, now or
    /// before.
    private func judge(_ order: SignedOrder, _ batch: inout Batch, now: Milliseconds) -> Bool {
        let wall = Clock.wallMilliseconds()
        guard let generation = signed.keyring[order.generation],
            signed.keyring.standing(of: generation, at: UnixSeconds(clamping: wall / 1000)).isUsable
        else {
            // It was good when it was sent.
            if let generation = signed.keyring[order.generation] {
                refuse(.generationEnded, order, generation, now: now)
            }
            return false
        }
        guard let door = signedDoor(order.door) else {
            refuse(.unknownDoor, order, generation, now: now)
            return false
        }
        if let reason = reasonToRefuse(order, generation, door) {
            refuse(reason, order, generation, now: now)
            return false
        }
        guard Self.mayBe(order.timestamp, now: wall, window: configuration.options.timeWindow) else {
            refuse(.outsideWindow(skew: TimeWindow.skew(of: order.timestamp, now: wall)), order, generation, now: now)
            return false
        }
        let siblings = signed.keyring.siblings(of: order.generation).map(\.id)
        let outcome = signed.replay.spend(
            order.spent, siblings: siblings, source: order.source, now: wall, monotonic: Clock.monotonic()
        ) {
            order.isSurplus
                ? .tooManyKnocks : allowance.take(generation.key, from: order.source, now: now)?.reason
        }
        switch outcome {
        case .copy: signed.counts.add(copies: 1, now: now)
        case .refused(let reason):
            refuse(reason, order, generation, now: now)
            return reason == .replayed
        case .overRate(let reason, let floor):
            batch.overRate.append((order, generation, reason))
            if floor != nil { batch.raised.insert(order.generation) }
        case .spent(let spending):
            batch.spendings.append(spending)
            act(on: order, generation, door, &batch, now: now)
        }
        return true
    }

    /// What the Verifier has judged already; the configuration may have changed since.
    private func reasonToRefuse(
        _ order: SignedOrder, _ generation: Keyring.Generation, _ door: Door
    ) -> RejectReason? {
        guard let rules = door.signed, rules.lists(generation.key) else { return .keyNotListed }
        // With -4 no notice is taken of IPv6.
        if settings.onlyIPv4, !order.address.isIPv4 { return .impossibleOperation }
        // A close ends the hold of its own key and no other.
        guard order.address == order.source || order.operation == .close || rules.delegates.contains(generation.key)
        else {
            return .addressDiffers
        }
        guard let actions = door.actions(for: order.address), order.operation == .open || actions.stop != nil else {
            return .impossibleOperation
        }
        return nil
    }

    /// The door's places, and what follows.
    private func act(
        on order: SignedOrder, _ generation: Keyring.Generation, _ door: Door, _ batch: inout Batch, now: Milliseconds
    ) {
        guard let actions = door.actions(for: order.address), let rules = door.signed else { return }
        let proof = Proof(
            key: generation.key, generation: generation.id, at: door, address: order.address,
            openFor: order.openFor.map { min($0, rules.longest) })
        let key = OpeningKey(
            door: door.identity, address: order.address, of: proof.holder, namesKey: actions.nameKey)
        let lane = Lane(door: key.door, holder: proof.holder)
        let action: Step.Action
        if order.operation == .close {
            action = .close(
                openDoors.close(door.identity, for: order.address, by: .key(generation.key), now: now))
        } else if actions.stop != nil {
            let isStarted = openDoors[key].map { $0.phase == .open && !$0.startFailed } ?? false
            if !isStarted, noPlaceForStart(in: lane) != nil {
                return refuse(.tooManyWaiting, order, generation, now: now)
            }
            switch openDoors.knock(proof, at: door, actions, now: now) {
            case .full(let limit): return refuse(.tooManyOpenings(limit: limit), order, generation, now: now)
            case .commandTooLong: return refuse(.commandTooLong, order, generation, now: now)
            case let outcome: action = .knock(outcome)
            }
        } else {
            if noPlaceForStart(in: lane) != nil { return refuse(.tooManyWaiting, order, generation, now: now) }
            action = .once(actions.start, proof)
        }
        batch.steps.append(Step(order: order, generation: generation, door: door, action: action))
        if let opening = openDoors[key] { batch.openings[key] = opening }
        if case .close(let outcomes) = action { note(outcomes, in: &batch) }
    }

    private func note(_ outcomes: [OpenDoors.CloseOutcome], in batch: inout Batch) {
        for step in outcomes.flatMap(\.steps) {
            switch step {
            case .record(let opening), .stop(let opening): batch.openings[opening.key] = opening
            case .over(let opening):
                batch.openings[opening.key] = nil
                batch.closing.append(opening.key)
            default: break
            }
        }
    }

    private func refuse(
        _ reason: RejectReason, _ order: SignedOrder, _ generation: Keyring.Generation, now: Milliseconds
    ) {
        // Whoever has caught a datagram can send it as often as he likes.
        journal.tellOfStranger(
            .signedRefused(reason, from: label(generation), door: order.door, source: order.source), now: now)
    }

    /// Whether a timestamp is in the window, or was when the Verifier looked.
    private static func mayBe(_ timestamp: UInt64, now: UInt64, window: Milliseconds) -> Bool {
        TimeWindow(span: window + onItsWay).contains(timestamp, now: now)
    }

    private func signedDoor(_ name: String) -> Door? {
        signed.doors[name].map { configuration.doors[$0] }
    }

    // MARK: What is done once it is recorded

    private func perform(_ step: Step, now: Milliseconds) {
        let (door, address) = (step.door.identity.displayName, step.order.address)
        if case .close(let outcomes) = step.action { return close(step, outcomes, now: now) }
        let sender = step.order.source == address ? nil : step.order.source
        journal.tellOfProof(
            .signedKnock(from: label(step.generation), door: door, source: address, sender: sender), now: now)
        journal.tellOfProof(.openSesame(door: door, source: address), now: now)
        switch step.action {
        case .knock(.begin(let opening)), .knock(.startAgain(let opening)):
            perform(openDoors.readyToStart(opening.key, now: now), now: now)
        case .knock(.extend(let opening)):
            journal.tellOfProof(.extended(until: text(of: opening, now), door: door, source: address), now: now)
        case .knock(.check(let opening)): runCheck(opening, now: now)
        case .knock(.stopFirst(let opening)): stopFirst(opening, now: now)
        case .once(let start, let proof): runOnce(start, at: step.door, proof, now: now)
        case .knock(.wait):
            hurry(step.door, address, for: .key(step.generation.key), now: now)
        case .knock(.full), .knock(.commandTooLong), .close: return
        }
    }

    private func close(_ step: Step, _ outcomes: [OpenDoors.CloseOutcome], now: Milliseconds) {
        let (key, door, address) = (label(step.generation), step.door.identity.displayName, step.order.address)
        let sender = step.order.source == address ? nil : step.order.source
        if outcomes.isEmpty {
            journal.tellOfProof(.nothingToClose(by: key, door: door, source: address, sender: sender), now: now)
        } else {
            let isHeld = outcomes.contains { if case .held = $0 { true } else { false } }
            journal.tellOfProof(
                .closeAsked(by: key, door: door, source: address, sender: sender, isHeld: isHeld), now: now)
        }
        for step in outcomes.flatMap(\.steps) {
            switch step {
            // That is on record already.
            case .record, .over: continue
            default: perform([step], now: now)
            }
        }
    }

    /// Generations were revoked: nothing is held open by them any more.
    func endRevokedHolds(now: Milliseconds) {
        let outcomes = openDoors.end(now: now) { _, hold in
            guard case .key(let key) = hold.holder, let generation = hold.generation else { return false }
            return signed.keyring.hasRevoked(generation, of: key)
        }
        guard !outcomes.isEmpty else { return }
        journal.tell(.holdsRevoked(outcomes.count))
        perform(outcomes.flatMap(\.steps), now: now)
    }
}
