package import Keys
package import Packets
package import SignedKnocks

/// Names without their group, for those who still call events so. New code names the group.
extension Event {
    package typealias Refusal = KnockEvent.Refusal
    package typealias Endpoint = DetailEvent.Endpoint

    /// Why an opening is run again.
    package enum RerunReason: Equatable, Sendable {
        case gone
        case anew
    }

    package static func stage(_ stage: Int, door: String, source: IPAddress) -> Event {
        .knock(.stage(stage, door: door, source: source))
    }
    package static func openSesame(door: String, source: IPAddress) -> Event {
        .knock(.openSesame(door: door, source: source))
    }
    package static func sequenceTimeout(stage: Int, door: String, source: IPAddress) -> Event {
        .knock(.timeout(stage: stage, door: door, source: source))
    }
    package static func attemptReset(stage: Int, by knock: String, door: String, source: IPAddress) -> Event {
        .knock(.reset(stage: stage, by: knock, door: door, source: source))
    }
    package static func refused(_ refusal: Refusal, door: String, source: IPAddress) -> Event {
        .knock(.refused(refusal, door: door, source: source))
    }
    package static func inCooldown(seconds: Int, door: String, source: IPAddress) -> Event {
        .knock(.inCooldown(seconds: seconds, door: door, source: source))
    }
    package static func signedKnock(from key: KeyLabel, door: String, source: IPAddress, sender: IPAddress?) -> Event {
        .signed(.knock(from: key, door: door, source: source, sender: sender))
    }
    package static func signedRefused(_ reason: RejectReason, from key: KeyLabel, door: String, source: IPAddress)
        -> Event
    { .signed(.refused(reason, from: key, door: door, source: source)) }
    package static func closeAsked(by key: KeyLabel, door: String, source: IPAddress, sender: IPAddress?, isHeld: Bool)
        -> Event
    { .signed(.close(from: key, door: door, source: source, sender: sender, isHeld: isHeld)) }
    package static func nothingToClose(by key: KeyLabel, door: String, source: IPAddress, sender: IPAddress?) -> Event {
        .signed(.nothingToClose(from: key, door: door, source: source, sender: sender))
    }
    package static func signedPortFlooded(_ isFlooded: Bool) -> Event { .signed(isFlooded ? .portFlooded : .portQuiet) }
    package static func signedCounts(noise: UInt64, wrongTags: UInt64, leftOut: UInt64) -> Event {
        .signed(.counts(noise: noise, wrongTags: wrongTags, leftOut: leftOut))
    }
    package static func running(command: String, door: String) -> Event { .command(.running(command, door: door)) }
    package static func extended(until: String, door: String, source: IPAddress) -> Event {
        .opening(.extended(until: until, door: door, source: source))
    }
    package static func runsAgain(_ reason: RerunReason, door: String, source: IPAddress) -> Event {
        switch reason {
        case .gone: .opening(.isGone(door: door, source: source))
        case .anew: .opening(.runsAnew(door: door, source: source))
        }
    }
    package static func openAgain(until: String, door: String, source: IPAddress) -> Event {
        .opening(.openAgain(until: until, door: door, source: source))
    }
    package static func stopFailed(reason: String, next: String?, door: String, source: IPAddress) -> Event {
        .opening(.stopFailed(reason: reason, next: next, door: door, source: source))
    }
    package static func stopNotNeeded(door: String, source: IPAddress) -> Event {
        .opening(.stopNotNeeded(door: door, source: source))
    }
    package static func commandTimeout(door: String, source: IPAddress) -> Event {
        .opening(.timeout(door: door, source: source))
    }
    package static func commandStatus(_ status: Int, door: String) -> Event { .command(.status(status, door: door)) }
    package static func commandKilled(signal: Int, door: String) -> Event {
        .command(.killed(signal: signal, door: door))
    }
    package static func commandOverLimit(seconds: Int, door: String) -> Event {
        .command(.overLimit(seconds: seconds, door: door))
    }
    package static func commandNotRun(reason: String, door: String) -> Event {
        .command(.notRun(reason: reason, door: door))
    }
    package static func commandWaits(running: Int, door: String) -> Event {
        .command(.waits(running: running, door: door))
    }
    package static func closingLeftover(door: String, source: IPAddress) -> Event {
        .opening(.leftByEarlierRun(door: door, source: source))
    }
    package static func holdsRevoked(_ count: Int) -> Event { .opening(.holdsRevoked(count)) }
    package static func holdsNotGranted(_ count: Int) -> Event { .opening(.holdsNotGranted(count)) }
    package static func listening(interface: String) -> Event { .interface(.listening(interface)) }
    package static func captureFailed(interface: String, reason: String) -> Event {
        .interface(.captureFailed(interface, reason: reason))
    }
    package static func interfaceKept(named: String) -> Event { .interface(.kept(named: named)) }
    package static var filterTooLarge: Event { .interface(.filterTooLarge) }
    package static func roleEnded(_ role: Role, reason: String, restartIn: Int) -> Event {
        .role(.ended(role, reason: reason, restartIn: restartIn))
    }
    package static func roleMisbehaved(_ role: Role, _ what: String, times: Int) -> Event {
        .role(.misbehaved(role, what, times: times))
    }
    package static func roleJailed(_ role: Role, user: String, fences: String) -> Event {
        .role(.jailed(role, user: user, fences: fences))
    }
    package static func resolverEnded(reason: String) -> Event { .role(.resolverEnded(reason: reason)) }
    package static func keyFault(_ diagnostic: String) -> Event { .key(.fault(diagnostic)) }
    package static var keysNotLocked: Event { .key(.notLocked) }
    package static func keysTaken(keys: Int, generations: Int, directory: String) -> Event {
        .key(.taken(keys: keys, generations: generations, directory: directory))
    }
    package static func rotationUnused(from key: KeyLabel, retires: UnixSeconds) -> Event {
        .key(.rotationUnused(from: key, retires: retires))
    }
    package static func retiresByUseUnknown(from key: KeyLabel) -> Event { .key(.retiresByUseUnknown(from: key)) }
    package static func replayStateLost(reason: String, from: String) -> Event {
        .key(.replayStateLost(reason: reason, from: from))
    }
    package static func ledgerFailed(file: String, reason: String, fallback: String) -> Event {
        .ledger(.failed(file: file, reason: reason, fallback: fallback))
    }
    package static func ledgerBack(file: String) -> Event { .ledger(.back(file: file)) }
    package static func ledgerLost(reason: String) -> Event { .ledger(.lost(reason: reason)) }
    package static func ledgerInMemory(reason: String) -> Event { .ledger(.inMemory(reason: reason)) }
    package static func ledgerDamaged(file: String, movedTo: String) -> Event {
        .ledger(.damaged(file: file, movedTo: movedTo))
    }
    package static func ledgerOfItsOwn(file: String, other: String, process: String?, interfaces: [String]) -> Event {
        .ledger(.ofItsOwn(file: file, other: other, process: process, interfaces: interfaces))
    }
    package static func ledgerTakenOver(file: String, openings: Int) -> Event {
        .ledger(.takenOver(file: file, openings: openings))
    }
    package static func ledgerNotTakenOver(file: String, reason: String) -> Event {
        .ledger(.notTakenOver(file: file, reason: reason))
    }
    package static func noPidFile(file: String, reason: String) -> Event {
        .daemon(.noPidFile(file: file, reason: reason))
    }
    package static func oneTimeUsedUp(door: String) -> Event { .daemon(.oneTimeUsedUp(door: door)) }
    package static func oneTimeUnmarkable(door: String, words: String) -> Event {
        .daemon(.oneTimeUnmarkable(door: door, words: words))
    }
    package static func privilegeMissing(_ text: String) -> Event { .daemon(.privilegeMissing(text)) }
    package static var procMissing: Event { .daemon(.procMissing) }
    package static var jailKept: Event { .daemon(.jailKept) }
    package static func optionKept(_ directive: String) -> Event { .daemon(.optionKept(directive)) }
    package static func clockWasSet(seconds: Int) -> Event { .daemon(.clockWasSet(seconds: seconds)) }
    package static func rereading(file: String) -> Event { .daemon(.rereading(file: file)) }
    package static func configurationFault(_ diagnostic: String) -> Event { .daemon(.configurationFault(diagnostic)) }
    package static func reloadRefused(file: String) -> Event { .daemon(.reloadRefused(file: file)) }
    package static var shuttingDown: Event { .daemon(.shuttingDown) }
    package static func waitingForCommands(_ count: Int) -> Event { .daemon(.waitingForCommands(count)) }
    package static func leftOpen(_ count: Int) -> Event { .daemon(.leftOpen(count)) }
    package static var closed: Event { .daemon(.closed) }
    package static func packet(transport: String, from: Endpoint, to: Endpoint, length: Int, at: String) -> Event {
        .detail(.packet(transport: transport, from: from, to: to, length: length, at: at))
    }
    package static func filter(_ expression: String) -> Event { .detail(.filter(expression)) }
    package static func localAddress(_ address: IPAddress) -> Event { .detail(.localAddress(address)) }
    package static func doorConfigured(name: String, sequence: String, timeout: Int) -> Event {
        .detail(.doorConfigured(name: name, sequence: sequence, timeout: timeout))
    }
}
