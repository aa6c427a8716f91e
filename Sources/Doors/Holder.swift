package import Keys

/// Who keeps a door open for an address: there is a kind of holder for each kind of proof. What differs from one to the other
/// is here and in `Door.admits` beside it; what their claims differ in is with `Claim`.
package enum Holder: Hashable, Sendable {
    /// The classic knock, whoever gave it.
    case sequence
    case key(KeyName)

    /// What kinds there are.
    enum Kind: CaseIterable {
        case sequence
        case key
    }

    /// The key, for commands that name it.
    package var keyName: KeyName? {
        switch self {
        case .sequence: nil
        case .key(let name): name
        }
    }

    /// What it is called in a ledger. No key has an empty name.
    package var recordName: String {
        switch self {
        case .sequence: ""
        case .key(let name): name.description
        }
    }

    /// From its name in a ledger; nil if nobody has such a name.
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
