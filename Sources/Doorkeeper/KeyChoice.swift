import Configuration
import Keys

/// Which keys are in force after their files were read.
struct KeyChoice {
    /// Those whose files are good.
    private(set) var keys: [Key] = []
    /// Those that stay as they were: their files are there, and cannot be used.
    private(set) var kept: Set<KeyName> = []
    /// Those in force that the next start would refuse.
    private(set) var fromMemory: Set<KeyName> = []

    /// No keys at all.
    init() {}

    /// - Parameters:
    ///   - serverName: what this host is called, if the configuration says so.
    ///   - known: the keys as they were.
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

    /// What there is to say about those that the next start would refuse.
    var words: String? {
        guard !fromMemory.isEmpty else { return nil }
        let names = fromMemory.sorted().map(\.description)
        let most = DoorkeeperLimits.namedKeys
        let more = names.count > most ? " and \(names.count - most) more" : ""
        return "in force from memory only, and refused at the next start: "
            + names.prefix(most).joined(separator: ", ") + more
    }
}
