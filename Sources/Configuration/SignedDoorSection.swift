import Base
import Doors
import Keys

/// A key that a door names, and where.
struct NamedKey: Equatable {
    let name: KeyName
    let field: Field
}

/// What a door's section says of signed knocks, while it is read.
struct SignedDoorSection {
    /// Where `keys` stands, whether good or not.
    private(set) var keysField: Field?
    /// The keys that are listed; nil for every key.
    private(set) var listed: [NamedKey]?
    private(set) var addressRule: DoorSection.Placed<SignedDoor.AddressRule>?
    private(set) var delegatesField: Field?
    private(set) var delegates: [NamedKey] = []
    private(set) var longest: DoorSection.Placed<Milliseconds>?

    /// Signed knocks are meant to open the door, whether the value is good or not.
    mutating func keysNamed(_ value: Field) { keysField = value }

    /// Takes what a directive says.
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        case .keys:
            keysField = value
            listed = value.text == "*" ? nil : try value.keyNames()
        case .address:
            let rule = try value.word([("observed", SignedDoor.AddressRule.observed), ("bound", .bound)])
            addressRule = DoorSection.Placed(value: rule, field: value)
        case .delegates:
            delegatesField = value
            delegates = try value.keyNames()
        case .maxSeconds: longest = DoorSection.Placed(value: try value.secondsAboveZero(), field: value)
        default: return
        }
    }

    /// What the door is for signed knocks; nil if it takes none.
    ///
    /// - Parameter openFor: the door's own time, which is the longest unless the section says.
    func door(openFor: Milliseconds) -> SignedDoor? {
        guard keysField != nil else { return nil }
        return SignedDoor(
            keys: listed.map { .named(Set($0.map(\.name))) } ?? .all, addressRule: addressRule?.value ?? .observed,
            delegates: Set(delegates.map(\.name)), longest: longest?.value ?? openFor)
    }

    /// Delegates that are not among the keys.
    var unlistedDelegates: [NamedKey] {
        guard let listed else { return [] }
        let names = Set(listed.map(\.name))
        return delegates.filter { !names.contains($0.name) }
    }

    /// The keys without which the section does not do what it says.
    var needed: [NamedKey] { keysField == nil ? [] : listed ?? delegates }

    /// Keys, and delegates, that are named before in the same list.
    var repeated: [NamedKey] {
        [listed ?? [], delegates].flatMap { list in
            var seen: Set<KeyName> = []
            return list.filter { !seen.insert($0.name).inserted }
        }
    }
}
