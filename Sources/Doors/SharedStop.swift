import Packets

extension Door {
    /// Whether openings of this door and of another one can have the same stop command, for one address or for any that
    /// the command does not name. The first of them to end would close both.
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

    /// Sample values for the door's commands, equal to another door's if that is possible.
    private func values(for address: IPAddress, beside other: Door) -> [CommandValues] {
        samples(beside: other).flatMap { holder, times in
            times.map { time in
                CommandValues(
                    address: address, key: holder.keyName, door: identity.name, seconds: Int(time / 1000))
            }
        }
    }
}
