package import Base
package import Doors
package import Keys
package import SignedKnocks

/// The Verifier's keys and doors, collected from messages.
package struct VerifierRules {
    package struct Generation {
        package let key: KeyName
        package let number: UInt32
        package let isUsable: Bool
        package let keys: WorkingKeys

        package init(key: KeyName, number: UInt32, isUsable: Bool, keys: WorkingKeys) {
            self.key = key
            self.number = number
            self.isUsable = isUsable
            self.keys = keys
        }
    }

    /// A door that accepts signed knocks.
    package struct Door: Equatable {
        package static let flagCount = 6

        package let name: String
        /// In order: accepts every key; knocks must name their address; opens IPv4; opens IPv6; closes IPv4; closes
        /// IPv6.
        package let flags: [Bool]
        package let longest: Milliseconds
        package var keys: Set<KeyName> = []
        package var delegates: Set<KeyName> = []

        package init(name: String, flags: [Bool], longest: Milliseconds) {
            self.name = name
            self.flags = flags
            self.longest = longest
        }

        /// The door without its keys.
        package init(_ entry: AccessPolicy.Entry) {
            let signed = entry.signed
            self.init(
                name: entry.name,
                flags: [
                    signed.keys == .all, signed.addressRule == .bound, entry.opensIPv4, entry.opensIPv6,
                    entry.closesIPv4, entry.closesIPv6,
                ], longest: signed.longest)
        }

        package var entry: AccessPolicy.Entry {
            AccessPolicy.Entry(
                name: name,
                signed: SignedDoor(
                    keys: flags[0] ? .all : .named(keys), addressRule: flags[1] ? .bound : .observed,
                    delegates: delegates, longest: longest),
                opensIPv4: flags[2], opensIPv6: flags[3], closesIPv4: flags[4], closesIPv6: flags[5])
        }
    }

    package var window = TimeWindow(span: 0)
    package var generations: [Generation] = []
    package private(set) var doors: [Door] = []

    package init() {}

    package mutating func add(_ door: Door) { doors.append(door) }

    /// Adds a key to the last door's list; false if there is no door.
    package mutating func addKey(_ key: KeyName, isDelegate: Bool) -> Bool {
        guard let last = doors.indices.last else { return false }
        doors[last].keys.insert(key)
        if isDelegate { doors[last].delegates.insert(key) }
        return true
    }
}

extension AccessPolicy.Entry {
    /// The messages that describe the door: the door, then its keys.
    package var controls: [VerifierControl] {
        var listed = signed.delegates
        if case .named(let names) = signed.keys { listed.formUnion(names) }
        return [.door(VerifierRules.Door(self))]
            + listed.sorted().map { .doorKey($0, isDelegate: signed.delegates.contains($0)) }
    }
}
