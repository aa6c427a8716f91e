package import Base
package import Knocks
package import Packets

/// A door: a named thing on this host that opens for one address, and what opens and closes it.
package struct Door: Equatable, Sendable {
    /// What a knock at a door does that is open for its address already.
    package enum Reknock: Equatable, Sendable {
        /// The opening lasts longer, and is run again if it is not in place any more, or if that cannot be known.
        case auto
        /// The opening lasts longer; nothing is run.
        case extend
        /// Stop and start are run again, for firewalls that are reloaded under the daemon.
        case rerun
    }

    /// What is run for addresses of one family.
    package struct Actions: Equatable, Sendable {
        package let start: ActionTemplate
        /// Nil if the door has nothing to close: there is no opening then.
        package let stop: ActionTemplate?
        /// Asks whether an opening is still in place: status 0 says yes, 126 and 127 that it cannot be known, any other no.
        /// Nil where nothing can be asked.
        package let check: ActionTemplate?
        /// Whether the words of start say all that it does, so that two with equal words do the same: a script may look at its
        /// environment.
        package let isPlain: Bool

        package init(
            start: ActionTemplate, stop: ActionTemplate?, check: ActionTemplate? = nil, isPlain: Bool = false
        ) {
            self.start = start
            self.stop = stop
            self.check = check
            self.isPlain = isPlain
        }

        /// Whether a command names the key: then each key has openings of its own.
        package var nameKey: Bool { [start, stop, check].contains { $0?.namesKey ?? false } }
    }

    package let identity: DoorIdentity
    /// What the classic knock is; nil while nothing of the kind opens the door, as when its one-time sequences are used up.
    package private(set) var sequence: SequenceDoor?
    /// Where its sequences come from, if each opens once.
    private var oneTime: OneTimeSequences?
    /// For so long after a completed sequence another one from the same source is ignored; zero where none is.
    package let sequenceCooldown: Milliseconds
    /// Which signed knocks open the door; nil if none does.
    package let signed: SignedDoor?
    /// What is run for IPv4 addresses; nil if nothing is.
    package let actions: Actions?
    /// What is run for IPv6 addresses; nil if nothing is.
    package let actionsIPv6: Actions?
    /// How long an opening lasts, from the end of its start command.
    package let openFor: Milliseconds
    /// When its commands have run too long, or have succeeded.
    package let limits: CommandLimits
    package let reknock: Reknock
    /// Whether openings stay that a configuration which was read anew would not grant.
    package let reloadKeeps: Bool
    /// For how many addresses the door can be open at once.
    package let maxOpenings: Int

    package init(
        identity: DoorIdentity, sequence: SequenceDoor?, oneTimeFile: String? = nil,
        laterSequences: [KnockSequence] = [], oneTimeWindow: Int = 1, sequenceCooldown: Milliseconds = 0,
        signed: SignedDoor? = nil,
        actions: Actions?, actionsIPv6: Actions?,
        openFor: Milliseconds, startLimit: Milliseconds?, onceLimit: Milliseconds? = nil, stopLimit: Milliseconds,
        stopSuccess: ExitStatuses = .zero, reknock: Reknock, reloadKeeps: Bool = false, maxOpenings: Int
    ) {
        self.identity = identity
        self.sequence = sequence
        oneTime = oneTimeFile.map { OneTimeSequences(file: $0, later: laterSequences, window: oneTimeWindow) }
        self.sequenceCooldown = sequenceCooldown
        self.signed = signed
        self.actions = actions
        self.actionsIPv6 = actionsIPv6
        self.openFor = openFor
        limits = CommandLimits(start: startLimit, once: onceLimit, stop: stopLimit, stopSuccess: stopSuccess)
        self.reknock = reknock
        self.reloadKeeps = reloadKeeps
        self.maxOpenings = maxOpenings
    }

    /// The absolute path of the file that the sequence comes from and whose line is used up by it.
    package var oneTimeFile: String? { oneTime?.file }

    /// How many sequences of that file count at once.
    package var oneTimeWindow: Int { oneTime?.window ?? 1 }

    /// What stands behind the sequence in that file and opens the door as well, in the order of the file.
    private var laterSequences: [KnockSequence] { oneTime?.later ?? [] }

    /// All sequences that open the door, each once, in the order of their file: the next, and those behind it.
    package var sequences: [SequenceDoor] {
        guard let sequence else { return [] }
        var seen: Set<KnockSequence> = [sequence.sequence]
        let all = [sequence.sequence] + laterSequences.filter { seen.insert($0).inserted }
        return all.map { sequence.taking($0, hasRivals: all.count > 1) }
    }

    /// The next sequences of its one-time file, as the file has them.
    package var upcoming: [KnockSequence] { (sequence.map { [$0.sequence] } ?? []) + laterSequences }

    /// The same door with other sequences of its one-time file, or with none.
    package func taking(_ upcoming: [KnockSequence]) -> Door {
        var door = self
        door.sequence = sequence.flatMap { former in upcoming.first.map { former.taking($0, hasRivals: false) } }
        door.oneTime?.later = Array(upcoming.dropFirst())
        return door
    }

    /// What is run for an address.
    package func actions(for address: IPAddress) -> Actions? {
        address.isIPv4 ? actions : actionsIPv6
    }
}

/// Which door: its section's name, and the how-many-eth section of this name it is, since knockd allows several.
package struct DoorIdentity: Hashable, Sendable {
    package let name: String
    /// Counted from 1.
    package let ordinal: Int

    package init(name: String, ordinal: Int = 1) {
        self.name = name
        self.ordinal = ordinal
    }

    /// The name for log lines: knockd cuts it to 127 bytes.
    package var displayName: String {
        var scalars = name.unicodeScalars
        var count = name.utf8.count
        while count > DoorsLimits.displayNameBytes, let last = scalars.popLast() { count -= last.utf8.count }
        return String(scalars)
    }
}
