package import Keys
package import Packets
package import SignedKnocks

/// Every fact that the daemon tells.
package enum Event: Equatable, Sendable {
    // What packets bring about.
    case stage(Int, door: String, source: IPAddress)
    case openSesame(door: String, source: IPAddress)
    case sequenceTimeout(stage: Int, door: String, source: IPAddress)
    /// - Parameter by: the wrong packet that ended it.
    case attemptReset(stage: Int, by: String, door: String, source: IPAddress)
    case refused(Refusal, door: String, source: IPAddress)
    /// A completed sequence that is ignored, since another one was completed a short while ago.
    case inCooldown(seconds: Int, door: String, source: IPAddress)
    case linesLeftOut(Int)
    /// At one of the outputs; it is told there alone.
    case linesNotTaken(Int)

    // What signed knocks bring about.
    /// - Parameter sender: where the datagram came from, if that is not the address it was for.
    case signedKnock(from: KeyLabel, door: String, source: IPAddress, sender: IPAddress?)
    case signedRefused(RejectReason, from: KeyLabel, door: String, source: IPAddress)
    case signedAtAnotherTime(from: KeyLabel, source: IPAddress, skewSeconds: Int)
    case signedByRetired(from: KeyLabel, source: IPAddress)
    case closeAsked(by: KeyLabel, door: String, source: IPAddress, sender: IPAddress?, isHeld: Bool)
    case nothingToClose(by: KeyLabel, door: String, source: IPAddress, sender: IPAddress?)
    case signedPortFlooded(Bool)
    case signedCounts(noise: UInt64, wrongTags: UInt64, leftOut: UInt64)

    // What is run.
    case running(command: String, door: String)
    /// - Parameter until: the time of day.
    case extended(until: String, door: String, source: IPAddress)
    case runsAgain(RerunReason, door: String, source: IPAddress)
    case openAgain(until: String, door: String, source: IPAddress)
    /// - Parameter next: when it is run again, the time of day; nil is when the next opening ends, which begins now.
    case stopFailed(reason: String, next: String?, door: String, source: IPAddress)
    /// Its check says that nothing is open any more.
    case stopNotNeeded(door: String, source: IPAddress)
    case commandTimeout(door: String, source: IPAddress)
    case commandStatus(Int, door: String)
    case commandKilled(signal: Int, door: String)
    case commandOverLimit(seconds: Int, door: String)
    case commandNotRun(reason: String, door: String)
    case commandWaits(running: Int, door: String)
    case closingLeftover(door: String, source: IPAddress)

    // The daemon itself.
    case listening(interface: String)
    case interfaceAwaited(String, isThere: Bool)
    case interfaceBack(String)
    /// Nobody has named it, and it has no default route any more.
    case interfaceLeft(String)
    /// Whether an interface that is listened on has an address of its own.
    case interfaceHasAddress(String, Bool)
    case captureFailed(interface: String, reason: String)
    case interfaceKept(named: String)
    case noPidFile(file: String, reason: String)
    case oneTimeUsedUp(door: String)
    /// - Parameter words: what is wrong, and what to do.
    case oneTimeUnmarkable(door: String, words: String)
    case roleEnded(Role, reason: String, restartIn: Int)
    /// - Parameter times: how often it has done so since the start.
    case roleMisbehaved(Role, String, times: Int)
    /// - Parameter fences: what holds it, and what does not, in words.
    case roleJailed(Role, user: String, fences: String)
    /// - Parameter text: what the daemon lacks, what follows from it, and how to give it.
    case privilegeMissing(String)
    case jailKept
    /// A directive that counts at the start alone has changed.
    case optionKept(String)
    case keyFault(String)
    case keysNotLocked
    case keysTaken(keys: Int, generations: Int, directory: String)
    case holdsRevoked(Int)
    case holdsNotGranted(Int)
    case rotationUnused(from: KeyLabel, retires: UnixSeconds)
    case retiresByUseUnknown(from: KeyLabel)
    /// It is not known which signed knocks were spent.
    /// - Parameter from: when they are valid again, as the clock on the wall shows it: 12:00:31.
    case replayStateLost(reason: String, from: String)
    /// - Parameter seconds: how far; back is negative.
    case clockWasSet(seconds: Int)
    case filterTooLarge
    case procMissing
    case resolverEnded(reason: String)
    case rereading(file: String)
    case configurationFault(String)
    case closingLog(file: String)
    case reopeningLog(file: String)
    case reloadRefused(file: String)
    case shuttingDown
    case waitingForCommands(Int)
    case leftOpen(Int)
    case closed
    case ledgerFailed(file: String, reason: String, fallback: String)
    case ledgerBack(file: String)
    case ledgerLost(reason: String)
    /// Openings are remembered by the process alone.
    case ledgerInMemory(reason: String)
    case ledgerDamaged(file: String, movedTo: String)
    /// Another daemon has the configuration's own ledger and, in the background, pid file.
    case ledgerOfItsOwn(file: String, other: String, process: String?, interfaces: [String])
    /// What another daemon had open, which runs no more.
    case ledgerTakenOver(file: String, openings: Int)
    case ledgerNotTakenOver(file: String, reason: String)

    // Details, for whoever looks for a fault.
    case packet(transport: String, from: Endpoint, to: Endpoint, length: Int, at: String)
    case filter(String)
    case localAddress(IPAddress)
    case doorConfigured(name: String, sequence: String, timeout: Int)

    /// A process of the daemon's that always runs.
    package enum Role: String, Sendable {
        case listener
        case verifier
    }

    /// Which generation of which key.
    package struct KeyLabel: Equatable, Sendable {
        package let key: KeyName
        package let generation: Int

        package init(_ key: KeyName, generation: Int) {
            self.key = key
            self.generation = generation
        }
    }

    /// One end of a packet's way.
    package struct Endpoint: Equatable, Sendable {
        package let address: IPAddress
        package let port: UInt16

        package init(_ address: IPAddress, _ port: UInt16) {
            self.address = address
            self.port = port
        }
    }

    /// Why an opening is run again.
    package enum RerunReason: Equatable, Sendable {
        /// Its check says that it is gone.
        case gone
        /// Whether it is in place is not known, or the door was changed.
        case anew
    }

    /// Why a proof that was right opens nothing.
    package enum Refusal: Equatable, Sendable {
        case tooOften
        case tooManyFromSource
        case tooManyInAll
        case full(limit: Int)
        case commandTooLong
        case tooManyWaiting(Int)
        case notRecorded
        case notSpent(reason: String)
    }

    /// Whose address the event's line begins with; nil if it begins with none.
    package var source: IPAddress? {
        switch self {
        case .stage(_, _, let source), .openSesame(_, let source), .sequenceTimeout(_, _, let source),
            .attemptReset(_, _, _, let source), .inCooldown(_, _, let source),
            .refused(_, _, let source), .extended(_, _, let source), .runsAgain(_, _, let source),
            .openAgain(_, _, let source), .stopFailed(_, _, _, let source), .stopNotNeeded(_, let source),
            .commandTimeout(_, let source),
            .closingLeftover(_, let source), .signedKnock(_, _, let source, _), .signedRefused(_, _, _, let source),
            .signedAtAnotherTime(_, let source, _),
            .signedByRetired(_, let source), .closeAsked(_, _, let source, _, _), .nothingToClose(_, _, let source, _):
            source
        default: nil
        }
    }
}
