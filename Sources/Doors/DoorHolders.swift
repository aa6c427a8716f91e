import Base
import Keys

/// Who may hold openings of a door.
extension Door {
    /// Whether what a holder proves opens the door.
    package func admits(_ holder: Holder) -> Bool {
        switch holder {
        // A one-time file whose lines are used up may get others.
        case .sequence: sequence != nil || oneTimeFile != nil
        case .key(let name): signed?.lists(name) ?? false
        }
    }

    /// How many can hold an opening of it: its keys, and the classic knock if that opens it.
    ///
    /// - Parameter keys: how many there are, for a door that takes all of them.
    package func holderCount(keys: Int) -> Int {
        Holder.Kind.allCases.reduce(0) { $0 + count(of: $1, keys: keys) }
    }

    private func count(of kind: Holder.Kind, keys: Int) -> Int {
        switch kind {
        case .sequence: admits(.sequence) ? 1 : 0
        case .key:
            switch signed?.keys {
            case nil: 0
            case .all: keys
            case .named(let names): names.count
            }
        }
    }

    /// One holder of each kind that the door admits, and for how long it may hold an opening: those for which another door's
    /// commands can become the same, if there are such.
    func samples(beside other: Door) -> [(holder: Holder, times: [Milliseconds])] {
        Holder.Kind.allCases.compactMap { kind -> (holder: Holder, times: [Milliseconds])? in
            switch kind {
            case .sequence: return admits(.sequence) ? (holder: Holder.sequence, times: [openFor]) : nil
            case .key:
                guard let signed, let key = signed.keys.sample(sharedWith: other.signed?.keys) else { return nil }
                return (holder: Holder.key(key), times: [openFor, min(other.openFor, signed.longest)])
            }
        }
    }
}

extension SignedDoor.Keys {
    /// One of the keys; if there are such, one that another door lists too.
    fileprivate func sample(sharedWith other: SignedDoor.Keys?) -> KeyName? {
        switch (self, other) {
        case (.named(let names), .named(let others)): names.intersection(others).min() ?? names.min()
        case (.named(let names), _): names.min()
        case (.all, .named(let names)): names.min()
        case (.all, _): KeyName("key")
        }
    }
}
