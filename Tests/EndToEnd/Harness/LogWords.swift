import Confinement
import Events
import Keys
import Ledger
import Linux
import Packets
import SignedKnocks

@testable import Doorkeeper

/// The fixed words of the daemon's log lines, taken from the events. A test that asserts the absence of a line still
/// finds it after the line is reworded.
enum LogWords {
    /// Stands for a value, so that a line can be cut there.
    private static let value = "@@"
    private static let number = 4711
    private static let source = IPAddress(ipv4: 0)

    // MARK: Roles and interfaces

    static let misbehaved = fixed(.role(.misbehaved(.listener, value, times: number)))
    static let roleEnded = fixed(.role(.ended(.listener, reason: value, restartIn: number)))
    static let interfaceLeft = fixed(.interface(.left(value)))
    static let interfaceAwaited = [true, false].map { fixed(.interface(.awaited(value, isThere: $0))) }
    /// The warnings that keys are not locked in memory, of the Doorkeeper and of the Verifier.
    static let keysMayBeSwapped = [fixed(.key(.notLocked)), swappingOfTheVerifier]

    // MARK: Openings

    static let stopFailed = fixed(.opening(.stopFailed(reason: value, next: value, door: value, source: source)))
    static let extended = fixed(.opening(.extended(until: value, door: value, source: source)))

    // MARK: Refusals

    /// The common words of all refusals of completed sequences, and of all those of signed knocks.
    static let refusals = [
        shared(knockReasons.map { Event.knock(.refused($0, door: value, source: source)) }),
        shared(signedReasons.map { Event.signed(.refused($0, from: label, door: value, source: source)) }),
    ]
    private static let knockReasons: [KnockEvent.Refusal] = [
        .tooOften, .tooManyFromSource, .tooManyInAll, .commandTooLong, .notRecorded, .notSpent(reason: value),
    ]
    private static let signedReasons: [RejectReason] = [
        .length, .wrongTag, .replayed, .overtaken, .tooManyKnocks, .addressMissing,
    ]

    /// The refusals because an opening or a knock could not be recorded.
    static let notRecorded = [
        fixed(.knock(.refused(.notRecorded, door: value, source: source))),
        fixed(.signed(.refused(.notRecorded, from: label, door: value, source: source))),
    ]

    /// The start of a refusal of a key's first generation, after the address and the door.
    static func refusal(of key: String) -> String {
        label.description.replacing(label.key.description, with: key) + refusals[1]
    }

    /// The words for one line, and for several.
    static let linesLeftOut = [1, number].map { fixed(.daemon(.linesLeftOut($0))) }

    // MARK: The ledger, and what survives

    static let replayStateLost = fixed(.key(.replayStateLost(reason: value, from: value)))
    static let hasJustStarted = ["", ThisProcess.bootID()].map { ReplayLoss.anotherBoot(former: $0).description }
    static let markDiffers = ReplayLoss.markDiffers.description
    static let ledgerFailed = fixed(.ledger(.failed(file: value, reason: value, fallback: value)))
    static let ledgerOfItsOwn = fixed(
        .ledger(.ofItsOwn(file: value, other: value, process: value, interfaces: [value])))
    static let ledgerDamaged = [
        fixed(.ledger(.damaged(file: value, movedTo: value))), ReplayLoss.damaged.description,
    ]
    static let noLedger = [
        fixed(.ledger(.lost(reason: value))), fixed(.ledger(.inMemory(reason: value))),
        ReplayLoss.notWritten.description,
    ]

    // MARK: What no event says; each has a test that finds it

    static let ledgerInUse = "uses the ledger"
    static let oneCanHaveBoth = "one daemon can have both"
    static let checkIsGood = ": OK: "

    // MARK: Cutting

    private static let label: Event.KeyLabel = {
        guard let key = KeyName("laptop") else { preconditionFailure("a name") }
        return Event.KeyLabel(key, generation: 1)
    }()

    private static let swappingOfTheVerifier: String = {
        let (locked, unlocked) = (Jail.Fences(locksMemory: true).words, Jail.Fences(locksMemory: false).words)
        return String(unlocked.dropFirst(locked.sharedBeginning(with: unlocked).count))
    }()

    /// The pieces of a log line between its values.
    private static func pieces(_ event: Event) -> [String] {
        guard let line = EventLine(event).log else { preconditionFailure("no line in the log") }
        var text = line
        for part in ["\(number)", label.description, source.description, "listener", "verifier"] {
            text = text.replacing(part, with: value)
        }
        return text.split(separator: value).map(String.init)
    }

    /// The longest piece of a line without a value.
    private static func fixed(_ event: Event) -> String {
        guard let words = pieces(event).max(by: { $0.count < $1.count }), words.count > 4 else {
            preconditionFailure("a line of values alone")
        }
        return words
    }

    /// The common words of lines, after their last shared value and before the first difference.
    private static func shared(_ events: [Event]) -> String {
        let lines = events.map { pieces($0) }
        let place = (0..<8).first { place in Set(lines.map { place < $0.count ? $0[place] : "" }).count > 1 } ?? 0
        let last = lines.map { place < $0.count ? $0[place] : "" }
        let words = last.dropFirst().reduce(last.first ?? "") { $0.sharedBeginning(with: $1) }
        guard words.count > 4 else { preconditionFailure("nothing in common") }
        return words
    }
}

extension String {
    /// Whether it contains any of these texts.
    func containsAny(of texts: [String]) -> Bool { texts.contains { self.contains($0) } }

    fileprivate func sharedBeginning(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
