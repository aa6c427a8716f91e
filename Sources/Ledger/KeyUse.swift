package import Keys
import Linux

/// When knocks of a generation were first and last accepted.
package struct KeyUse: Equatable, Sendable {
    package let firstUsed: UnixSeconds
    package let lastUsed: UnixSeconds

    package init(firstUsed: UnixSeconds, lastUsed: UnixSeconds) {
        self.firstUsed = firstUsed
        self.lastUsed = lastUsed
    }

    /// The use with one more moment: the first use stays, and the last one never moves back.
    package func adding(_ moment: UnixSeconds) -> KeyUse {
        KeyUse(firstUsed: firstUsed, lastUsed: max(lastUsed, moment))
    }

    /// The combination of two files' knowledge.
    package func joined(with other: KeyUse) -> KeyUse {
        KeyUse(firstUsed: min(firstUsed, other.firstUsed), lastUsed: max(lastUsed, other.lastUsed))
    }
}

extension Ledger {
    /// When keys were used, for programs besides the daemon. Reading creates and changes nothing, and does not block
    /// the daemon.
    ///
    /// - Returns: nil if a ledger exists but cannot be read.
    package static func readKeyUse(
        stateFile: String, fallbackDirectory: String = Ledger.fallbackDirectory
    ) -> [GenerationID: KeyUse]? {
        var uses: [GenerationID: KeyUse] = [:]
        for member in LedgerFamily(stateFile: stateFile, fallbackDirectory: fallbackDirectory).members() {
            let paths = [member.path, member.fallback].filter(Files.exists)
            let readings = paths.compactMap { try? LedgerReading.keyUse(in: $0) }
            if readings.count < paths.count { return nil }
            let newest = readings.max { $0.revision < $1.revision }?.uses ?? [:]
            uses.merge(newest) { $0.joined(with: $1) }
        }
        return uses
    }
}
