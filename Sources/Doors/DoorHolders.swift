import Base
import Keys

/// The holders that a door admits.
extension Door {
    /// Whether the holder's kind of proof opens the door.
    package func admits(_ holder: Holder) -> Bool {
        switch holder {
        // A one-time file without unused lines may get new ones.
        case .sequence: sequence != nil || oneTimeFile != nil
        case .key(let name): signed?.lists(name) ?? false
        }
    }

    /// Whether anything but a key opens the door.
    package var opensWithoutKeys: Bool { Holder.Kind.allCases.contains { $0 != .key && count(of: $0, keys: 0) > 0 } }

    /// Returns the number of possible holders: the door's keys, and the sequence if it has one.
    ///
    /// - Parameter keys: number of all keys, for a door that accepts all of them.
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

    /// Returns one holder of each kind that the door admits, with the times of its openings. If possible, it picks
    /// holders for which another door's commands become the same.
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
    /// Returns one of the keys: one that another door lists too, if there is one.
    fileprivate func sample(sharedWith other: SignedDoor.Keys?) -> KeyName? {
        switch (self, other) {
        case (.named(let names), .named(let others)): names.intersection(others).min() ?? names.min()
        case (.named(let names), _): names.min()
        case (.all, .named(let names)): names.min()
        case (.all, _): KeyName("key")
        }
    }
}
