import Base
package import Knocks
package import Packets

/// What the Doorkeeper tells the Listener: first where to capture, then, at the start and at every change, all
/// addresses, all doors, and that this was all. A Listener in its jail cannot take up another capture.
package enum ListenerControl: RoleControl, Equatable {
    /// What the Listener reports besides proofs: each report costs as much as several packets.
    package enum Reporting: UInt8 {
        /// Nobody would read it.
        case nothing
        /// What the log has a line for.
        case lines
        /// Every packet too.
        case everything
    }

    case capture(interface: String, isLoopback: Bool, onlyIPv4: Bool)
    /// What is captured at this interface does not count any more.
    case release(interface: String)
    /// What is to be reported besides proofs; nothing until this is told.
    case report(Reporting)
    /// To be answered, by one that is well.
    case ping
    /// Where signed knocks come to; nil where no door takes any. A Listener that has begun without cannot begin.
    case signedPort(UInt16?)
    case localAddress(IPAddress)
    case door(SequenceDoor)
    /// From now on the addresses and doors since the last such control count; reports name them by this number.
    case apply(doorList: UInt32)

    package var message: [UInt8] {
        switch self {
        case .capture(let interface, let isLoopback, let onlyIPv4):
            var writer = MessageWriter(kind: 1)
            writer.put(UInt8(isLoopback ? 1 : 0))
            writer.put(UInt8(onlyIPv4 ? 1 : 0))
            writer.put(interface)
            return writer.message
        case .localAddress(let address):
            var writer = MessageWriter(kind: 2)
            writer.put(address)
            return writer.message
        case .door(let door):
            return ListenerControl.message(of: door)
        case .apply(let doorList):
            var writer = MessageWriter(kind: 4)
            writer.put(doorList)
            return writer.message
        case .release(let interface):
            var writer = MessageWriter(kind: 5)
            writer.put(interface)
            return writer.message
        case .report(let reporting):
            var writer = MessageWriter(kind: 6)
            writer.put(reporting.rawValue)
            return writer.message
        case .ping: return MessageWriter(kind: 7).message
        case .signedPort(let port):
            var writer = MessageWriter(kind: 8)
            writer.put(port ?? 0)
            return writer.message
        }
    }

    package var isOfConfiguration: Bool {
        switch self {
        case .report, .localAddress, .door, .signedPort, .apply: true
        case .capture, .release, .ping: false
        }
    }

    private static func message(of door: SequenceDoor) -> [UInt8] {
        var writer = MessageWriter(kind: 3)
        writer.put(UInt8(door.target == nil ? 0 : 1))
        writer.put(door.target ?? IPAddress(high: 0, low: 0))
        writer.put(door.flagRule.required.rawValue)
        writer.put(door.flagRule.forbidden.rawValue)
        writer.put(door.timeout)
        writer.put(UInt8(door.isStrict ? 1 : 0))
        writer.put(UInt8(door.hasRivals ? 1 : 0))
        writer.put(door.vlan ?? 0)
        writer.put(UInt8(door.sequence.count))
        for knock in door.sequence.knocks {
            writer.put(knock.transport.rawValue)
            writer.put(knock.port)
        }
        return writer.message
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        switch reader.take(UInt8.self) {
        case 1:
            guard let isLoopback = reader.takeFlag(), let onlyIPv4 = reader.takeFlag(), let name = reader.takeText()
            else { return nil }
            self = .capture(interface: name, isLoopback: isLoopback, onlyIPv4: onlyIPv4)
        case 2:
            guard let address = reader.takeAddress() else { return nil }
            self = .localAddress(address)
        case 3:
            guard let door = SequenceDoor(reading: &reader) else { return nil }
            self = .door(door)
        case 4:
            guard let doorList = reader.take(UInt32.self) else { return nil }
            self = .apply(doorList: doorList)
        case 5:
            guard let name = reader.takeText() else { return nil }
            self = .release(interface: name)
        case 6:
            guard let reporting = reader.take(UInt8.self).flatMap(Reporting.init) else { return nil }
            self = .report(reporting)
        case 7: self = .ping
        case 8:
            guard let port = reader.take(UInt16.self) else { return nil }
            self = .signedPort(port == 0 ? nil : port)
        default:
            return nil
        }
        if !reader.isAtEnd { return nil }
    }
}

extension SequenceDoor {
    fileprivate init?(reading reader: inout MessageReader) {
        guard let hasTarget = reader.takeFlag(), let target = reader.takeAddress(),
            let required = reader.take(UInt8.self), let forbidden = reader.take(UInt8.self),
            let timeout = reader.take(Milliseconds.self), let isStrict = reader.takeFlag(),
            let hasRivals = reader.takeFlag(), let vlan = reader.take(UInt16.self), vlan < 4095,
            let count = reader.take(UInt8.self)
        else { return nil }
        var knocks: [Knock] = []
        for _ in 0..<count {
            guard let transport = reader.take(UInt8.self).flatMap(Knock.TransportProtocol.init),
                let port = reader.take(UInt16.self)
            else { return nil }
            knocks.append(Knock(transport, port))
        }
        guard let sequence = KnockSequence(knocks), hasTarget || target == IPAddress(high: 0, low: 0) else {
            return nil
        }
        self.init(
            sequence: sequence,
            flagRule: TCPFlagRule(
                required: TCPFlags(rawValue: required), forbidden: TCPFlags(rawValue: forbidden)),
            timeout: timeout, target: hasTarget ? target : nil, isStrict: isStrict, vlan: vlan == 0 ? nil : vlan,
            hasRivals: hasRivals)
    }
}
