package import Keys

/// A holder of openings. There is one kind of holder for each kind of proof.
///
/// The kinds differ only here and in `Door.admits`. Their claims differ in `Claim`.
package enum Holder: Hashable, Sendable {
    /// The sequence. Everyone who completes it is the same holder.
    case sequence
    case key(KeyName)

    enum Kind: CaseIterable {
        case sequence
        case key
    }

    /// The key, for commands that depend on it; nil for a sequence.
    package var keyName: KeyName? {
        switch self {
        case .sequence: nil
        case .key(let name): name
        }
    }

    /// Its name in a ledger. No key has an empty name.
    package var recordName: String {
        switch self {
        case .sequence: ""
        case .key(let name): name.description
        }
    }

    /// The holder with this name in a ledger; nil if there can be none.
    package init?(recordName: String) {
        if recordName.isEmpty {
            self = .sequence
        } else if let name = KeyName(recordName) {
            self = .key(name)
        } else {
            return nil
        }
    }
}
