import Base
import Keys
import Packets

extension Door {
    /// Whether an opening of this door and one of another door can have the same stop command: for one address, or for any
    /// where the command does not name it. The first of the two that ends shuts both.
    package func canShareStop(with other: Door) -> Bool {
        let families = [
            (Self.sampleIPv4, actions?.stop, other.actions?.stop),
            (Self.sampleIPv6, actionsIPv6?.stop, other.actionsIPv6?.stop),
        ]
        return families.contains { address, stop, otherStop in
            guard let stop, let otherStop else { return false }
            let commands = values(for: address, beside: other).compactMap { values in
                stop.command(for: values).map { values.identity(of: $0) }
            }
            return other.values(for: address, beside: self).contains { values in
                otherStop.command(for: values).map { commands.contains(values.identity(of: $0)) } ?? false
            }
        }
    }

    private static let sampleIPv4 = IPAddress(ipv4: 0xC612_0001)
    private static let sampleIPv6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)

    /// What the commands of an opening can be told, of which another door's may be told the same: by a classic knock, and by
    /// a signed one of a key that both list, for the time of either door.
    private func values(for address: IPAddress, beside other: Door) -> [CommandValues] {
        func values(_ key: KeyName?, _ time: Milliseconds) -> CommandValues {
            CommandValues(address: address, key: key, door: identity.name, seconds: Int(time / 1000))
        }
        var all: [CommandValues] = []
        if sequence != nil || oneTimeFile != nil { all.append(values(nil, openFor)) }
        if let signed {
            let key = signed.keys.sample(sharedWith: other.signed?.keys)
            all.append(values(key, openFor))
            all.append(values(key, min(other.openFor, signed.longest)))
        }
        return all
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
