package import Base
package import Knocks
package import Packets

/// A door of the configuration: its proofs, and the commands that open and close it for one address.
package struct Door: Equatable, Sendable {
    /// The effect of a knock at a door that is already open for its address.
    package enum Reknock: Equatable, Sendable {
        /// The opening is extended. It is run again if it is no longer in place, or if that cannot be known.
        case auto
        /// The opening is extended; nothing is run.
        case extend
        /// Stop and start are run again, for firewalls that are reloaded without the daemon's knowledge.
        case rerun
    }

    /// The commands for addresses of one family.
    package struct Actions: Equatable, Sendable {
        package let start: ActionTemplate
        /// Nil if the door has nothing to close. It has no openings then.
        package let stop: ActionTemplate?
        /// Checks whether an opening is in place: status 0 means yes, 126 and 127 mean unknown, any other means no. Nil
        /// if there is no check.
        package let check: ActionTemplate?
        /// Whether the text of start determines its effect, so that two equal commands do the same. A script may read
        /// its environment.
        package let isPlain: Bool

        package init(
            start: ActionTemplate, stop: ActionTemplate?, check: ActionTemplate? = nil, isPlain: Bool = false
        ) {
            self.start = start
            self.stop = stop
            self.check = check
            self.isPlain = isPlain
        }

        /// Whether a command depends on the key. Each key has openings of its own then.
        package var nameKey: Bool { [start, stop, check].contains { $0?.namesKey ?? false } }
    }

    package let identity: DoorIdentity
    /// The next sequence; nil if no sequence opens the door, as when its one-time sequences are used up.
    package private(set) var sequence: SequenceDoor?
    /// Its one-time sequences, if it has a file of them.
    private var oneTime: OneTimeSequences?
    /// Time after a completed sequence during which others from the same source are ignored; zero for none.
    package let sequenceCooldown: Milliseconds
    /// Access rules for signed knocks; nil if the door takes none.
    package let signed: SignedDoor?
    /// Commands for IPv4 addresses; nil if there are none.
    package let actions: Actions?
    /// Commands for IPv6 addresses; nil if there are none.
    package let actionsIPv6: Actions?
    /// Time of an opening, from the end of its start command.
    package let openFor: Milliseconds
    /// Time limits of its commands, and the statuses with which stop succeeds.
    package let limits: CommandLimits
    package let reknock: Reknock
    /// Whether openings stay that a reloaded configuration would not grant.
    package let reloadKeeps: Bool
    /// Largest number of openings at once.
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

    /// Absolute path of the file of one-time sequences, if there is one.
    package var oneTimeFile: String? { oneTime?.file }

    /// Number of sequences of that file that are valid at once.
    package var oneTimeWindow: Int { oneTime?.window ?? 1 }

    /// The later sequences of that file that open the door too, in the file's order.
    private var laterSequences: [KnockSequence] { oneTime?.later ?? [] }

    /// All sequences that open the door, each once, in the order of their file.
    package var sequences: [SequenceDoor] {
        guard let sequence else { return [] }
        var seen: Set<KnockSequence> = [sequence.sequence]
        let all = [sequence.sequence] + laterSequences.filter { seen.insert($0).inserted }
        return all.map { sequence.taking($0, hasRivals: all.count > 1) }
    }

    /// The valid sequences of its one-time file, as in the file.
    package var upcoming: [KnockSequence] { (sequence.map { [$0.sequence] } ?? []) + laterSequences }

    /// Returns the door with other one-time sequences, or with none.
    package func taking(_ upcoming: [KnockSequence]) -> Door {
        var door = self
        door.sequence = sequence.flatMap { former in upcoming.first.map { former.taking($0, hasRivals: false) } }
        door.oneTime?.later = Array(upcoming.dropFirst())
        return door
    }

    /// Returns the commands for an address.
    package func actions(for address: IPAddress) -> Actions? {
        address.isIPv4 ? actions : actionsIPv6
    }
}

/// Identifies a door by its section's name and its number among the sections of that name: knockd allows several.
package struct DoorIdentity: Hashable, Sendable {
    package let name: String
    /// Its number among the sections of that name, from 1.
    package let ordinal: Int

    package init(name: String, ordinal: Int = 1) {
        self.name = name
        self.ordinal = ordinal
    }

    /// The name for log lines, cut to 127 bytes as in knockd.
    package var displayName: String {
        var scalars = name.unicodeScalars
        var count = name.utf8.count
        while count > DoorsLimits.displayNameBytes, let last = scalars.popLast() { count -= last.utf8.count }
        return String(scalars)
    }
}
