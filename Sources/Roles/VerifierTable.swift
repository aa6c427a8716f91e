import Doors
import Keys
import Linux
import SignedKnocks

/// The keys and doors that the Verifier goes by, as they come in.
struct VerifierTable {
    struct Generation {
        let key: KeyName
        let number: UInt32
        let isUsable: Bool
        let keys: WorkingKeys
    }

    /// A door that takes signed knocks.
    struct Door: Equatable {
        static let flagCount = 6

        let name: String
        /// Whether it takes every key, whether knocks must name their address, and what can be run for which family.
        let flags: [Bool]
        let longest: Milliseconds
        var keys: Set<KeyName> = []
        var delegates: Set<KeyName> = []

        init(name: String, flags: [Bool], longest: Milliseconds) {
            self.name = name
            self.flags = flags
            self.longest = longest
        }

        /// Without its keys.
        init(_ entry: AccessPolicy.Entry) {
            let signed = entry.signed
            self.init(
                name: entry.name,
                flags: [
                    signed.keys == .all, signed.addressRule == .bound, entry.opensIPv4, entry.opensIPv6,
                    entry.closesIPv4, entry.closesIPv6,
                ], longest: signed.longest)
        }

        var entry: AccessPolicy.Entry {
            AccessPolicy.Entry(
                name: name,
                signed: SignedDoor(
                    keys: flags[0] ? .all : .named(keys), addressRule: flags[1] ? .bound : .observed,
                    delegates: delegates, longest: longest),
                opensIPv4: flags[2], opensIPv6: flags[3], closesIPv4: flags[4], closesIPv6: flags[5])
        }
    }

    var window = TimeWindow(span: 0)
    var generations: [Generation] = []
    private(set) var doors: [Door] = []

    mutating func add(_ door: Door) { doors.append(door) }

    /// The last door lists this key; false if there is none.
    mutating func addKey(_ key: KeyName, isDelegate: Bool) -> Bool {
        guard let last = doors.indices.last else { return false }
        doors[last].keys.insert(key)
        if isDelegate { doors[last].delegates.insert(key) }
        return true
    }
}

extension AccessPolicy.Entry {
    /// What the Verifier is told of the door: the door, then its keys.
    var orders: [VerifierOrder] {
        var listed = signed.delegates
        if case .named(let names) = signed.keys { listed.formUnion(names) }
        return [.door(VerifierTable.Door(self))]
            + listed.sorted().map { .doorKey($0, isDelegate: signed.delegates.contains($0)) }
    }
}
