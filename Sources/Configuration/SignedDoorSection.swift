import Base
import Doors
import Keys

/// The name of a key in a door's section, with its place.
struct NamedKey: Equatable {
    let name: KeyName
    let field: Field
}

/// The settings for signed knocks, while a door's section is read.
struct SignedDoorSection {
    /// The place of `keys`, even if its value is wrong.
    private(set) var keysField: Field?
    /// The listed keys; nil means every key.
    private(set) var listed: [NamedKey]?
    private(set) var addressRule: DoorSection.Placed<SignedDoor.AddressRule>?
    private(set) var delegatesField: Field?
    private(set) var delegates: [NamedKey] = []
    private(set) var longest: DoorSection.Placed<Milliseconds>?

    /// Notes that the door is meant for signed knocks, even if the value of `keys` is wrong.
    mutating func keysNamed(_ value: Field) { keysField = value }

    /// Stores the value of a directive.
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

    /// The settings of the door for signed knocks; nil if it accepts none.
    ///
    /// - Parameter openFor: the door's own time, which is also the longest one unless the section sets another.
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

    /// The keys that must exist for the section to work as written.
    var needed: [NamedKey] { keysField == nil ? [] : listed ?? delegates }

    /// Keys and delegates named twice in their list.
    var repeated: [NamedKey] {
        [listed ?? [], delegates].flatMap { list in
            var seen: Set<KeyName> = []
            return list.filter { !seen.insert($0.name).inserted }
        }
    }
}
