import Base
package import Knocks
package import Packets

/// A message from the Doorkeeper to the Listener.
///
/// First come the captures. Then, at the start and at every change, come all addresses and all doors, and `apply`. A
/// jailed Listener cannot open another capture.
package enum ListenerControl: RoleControl, Equatable {
    /// The reports besides proofs that the Doorkeeper wants: each costs as much as several packets.
    package enum Reporting: UInt8 {
        /// None, since no log would show them.
        case nothing
        /// Those for which the log has a line.
        case lines
        /// Every packet, too.
        case everything
    }

    case capture(interface: String, isLoopback: Bool, onlyIPv4: Bool)
    /// Ignore packets of this interface from now on.
    case release(interface: String)
    /// Which reports to send besides proofs; initially none.
    case report(Reporting)
    /// To be answered with `pong`.
    case ping
    /// The port of signed knocks; nil if no door accepts any. A Listener that was started without a port cannot begin
    /// to capture them later.
    case signedPort(UInt16?)
    case localAddress(IPAddress)
    case door(SequenceDoor)
    /// Replaces the doors and addresses by those received since the last `apply`; reports refer to them by this number.
    case apply(doorList: UInt32)

    private enum Kind: UInt8 {
        case capture = 1
        case localAddress = 2
        case door = 3
        case apply = 4
        case release = 5
        case report = 6
        case ping = 7
        case signedPort = 8
    }

    package var message: [UInt8] {
        switch self {
        case .capture(let interface, let isLoopback, let onlyIPv4):
            MessageWriter.message(Kind.capture) { writer in
                writer.put(isLoopback)
                writer.put(onlyIPv4)
                writer.put(interface)
            }
        case .localAddress(let address): MessageWriter.message(Kind.localAddress) { $0.put(address) }
        case .door(let door): MessageWriter.message(Kind.door) { door.put(into: &$0) }
        case .apply(let doorList): MessageWriter.message(Kind.apply) { $0.put(doorList) }
        case .release(let interface): MessageWriter.message(Kind.release) { $0.put(interface) }
        case .report(let reporting): MessageWriter.message(Kind.report) { $0.put(reporting.rawValue) }
        case .ping: MessageWriter.message(Kind.ping)
        case .signedPort(let port): MessageWriter.message(Kind.signedPort) { $0.put(port ?? 0) }
        }
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        switch reader.takeKind(Kind.self) {
        case .capture:
            guard let isLoopback = reader.takeFlag(), let onlyIPv4 = reader.takeFlag(), let name = reader.takeText()
            else { return nil }
            self = .capture(interface: name, isLoopback: isLoopback, onlyIPv4: onlyIPv4)
        case .localAddress:
            guard let address = reader.takeAddress() else { return nil }
            self = .localAddress(address)
        case .door:
            guard let door = SequenceDoor(reading: &reader) else { return nil }
            self = .door(door)
        case .apply:
            guard let doorList = reader.take(UInt32.self) else { return nil }
            self = .apply(doorList: doorList)
        case .release:
            guard let name = reader.takeText() else { return nil }
            self = .release(interface: name)
        case .report:
            guard let reporting = reader.take(UInt8.self).flatMap(Reporting.init) else { return nil }
            self = .report(reporting)
        case .ping: self = .ping
        case .signedPort:
            guard let port = reader.take(UInt16.self) else { return nil }
            self = .signedPort(port == 0 ? nil : port)
        case nil: return nil
        }
        if !reader.isAtEnd { return nil }
    }

    package var isOfConfiguration: Bool {
        switch self {
        case .report, .localAddress, .door, .signedPort, .apply: true
        case .capture, .release, .ping: false
        }
    }
}

extension SequenceDoor {
    fileprivate func put(into writer: inout MessageWriter) {
        writer.put(target != nil)
        writer.put(target ?? IPAddress(high: 0, low: 0))
        writer.put(flagRule.required.rawValue)
        writer.put(flagRule.forbidden.rawValue)
        writer.put(timeout)
        writer.put(isStrict)
        writer.put(hasRivals)
        writer.put(vlan ?? 0)
        writer.put(UInt8(sequence.count))
        for knock in sequence.knocks {
            writer.put(knock.transport.rawValue)
            writer.put(knock.port)
        }
    }

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
