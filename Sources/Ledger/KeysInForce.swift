package import Base
package import Keys
import Linux

/// A generation whose knocks the daemon accepts.
package struct KeyInForce: Equatable, Sendable {
    package let generation: GenerationID
    package let key: KeyName
    package let server: KeyName
    package let number: Int
    package let created: UnixSeconds
    /// Whether it is in force from memory only, since its file would be rejected at the next start.
    package let isFromMemory: Bool

    package init(
        generation: GenerationID, key: KeyName, server: KeyName, number: Int, created: UnixSeconds, isFromMemory: Bool
    ) {
        self.generation = generation
        self.key = key
        self.server = server
        self.number = number
        self.created = created
        self.isFromMemory = isFromMemory
    }
}

/// The keys that a daemon uses, for other programs. They are meaningless once the daemon has ended.
package struct KeysInForce: Equatable, Sendable {
    /// The daemon; nil if it does not know its own identity, as without /proc.
    package var daemon: ProcessIdentity?
    /// The directory of keys that it reads; nil if it uses none.
    package var directory: String?
    package var keys: [KeyInForce]

    package init(daemon: ProcessIdentity? = nil, directory: String? = nil, keys: [KeyInForce] = []) {
        self.daemon = daemon
        self.directory = directory
        self.keys = keys
    }

    /// Whether the daemon that recorded them still runs.
    package var isAlive: Bool { daemon?.isAlive ?? false }
}

/// A change of the keys in force.
package struct KeysInForceChange: Equatable, Sendable {
    package var daemon: ProcessIdentity?
    package var directory: String?
    package var added: [KeyInForce]
    package var removed: [GenerationID]

    package init(daemon: ProcessIdentity?, directory: String?, added: [KeyInForce], removed: [GenerationID]) {
        self.daemon = daemon
        self.directory = directory
        self.added = added
        self.removed = removed
    }
}

extension Ledger {
    /// The keys that the daemon with this ledger uses, for other programs. Reading creates and changes nothing, and
    /// does not block the daemon.
    ///
    /// Of several daemons on one configuration it returns those of the one that uses keys. Nil if no daemon has
    /// recorded any, if none of those still runs, or if no ledger can be read.
    package static func readKeysInForce(
        stateFile: String, fallbackDirectory: String = Ledger.fallbackDirectory
    ) -> KeysInForce? {
        let family = LedgerFamily(stateFile: stateFile, fallbackDirectory: fallbackDirectory)
        let newest = family.members().compactMap { member in
            let readings = [member.path, member.fallback].filter(Files.exists).compactMap {
                try? LedgerReading.keysInForce(in: $0)
            }
            return readings.max { $0.revision < $1.revision }?.keys
        }
        let living = newest.filter(\.isAlive)
        return living.first { $0.directory != nil } ?? living.first
    }
}
