import Configuration
import Keys

/// The keys that are in force after their files were read.
struct KeyChoice {
    /// Keys from valid files.
    private(set) var keys: [Key] = []
    /// Keys that stay as they were: their files exist, but cannot be used.
    private(set) var kept: Set<KeyName> = []
    /// Keys in force that the next start would refuse.
    private(set) var fromMemory: Set<KeyName> = []

    /// No keys at all.
    init() {}

    /// - Parameters:
    ///   - serverName: this host's name in the configuration, if it has one.
    ///   - known: the keys that were in force.
    init(_ found: KeyDirectory, _ serverName: KeyName?, known: Keyring) {
        keys = found.entries.map(\.key)
        let server = serverName ?? found.serverName
        let present = found.present ?? known.names
        let broken = found.isUsable ? found.refused.subtracting(found.foreign).intersection(present) : present
        kept = broken.filter { name in
            guard let its = known.server(of: name) else { return false }
            return server == nil || its == server
        }
        fromMemory = kept.union(found.doubtful)
    }

    /// The warning about keys that the next start would refuse; nil if there are none.
    var words: String? {
        guard !fromMemory.isEmpty else { return nil }
        let names = fromMemory.sorted().map(\.description)
        let most = DoorkeeperLimits.namedKeys
        let more = names.count > most ? " and \(names.count - most) more" : ""
        return "in force from memory only, and refused at the next start: "
            + names.prefix(most).joined(separator: ", ") + more
    }
}
