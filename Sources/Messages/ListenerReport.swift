package import Knocks
package import Packets

/// What the Listener tells the Doorkeeper.
package enum ListenerReport: Equatable {
    /// It captures, with the doors of this number, and is jailed.
    case ready(doorList: UInt32)
    /// What came of a knock, or of the time, at the doors of this number.
    case outcome(SequenceMatcher.Outcome, doorList: UInt32)
    /// So many reports of stages and time-outs were left out.
    case leftOut(UInt32)
    /// The kernel did not take the filter for these doors, so that the Listener sees every packet.
    case filterTooLarge
    /// It cannot capture at this interface, or not any more.
    case captureFailed(interface: String, reason: String)
    /// A packet that passed the kernel's filter, where all were asked for; so many bytes long.
    case packet(Packet, length: Int)
    /// Datagrams to the signed port that were not handed over, since this was last told.
    case signedCounts(SignedPortCounts)
    /// Junk has begun to come to the signed port too fast, or has ended.
    case signedPortFlooded(Bool)
    /// It is well.
    case pong
    case jail(JailReport)
    /// It cannot go on, and ends.
    case failure(String)

    package var message: [UInt8] {
        switch self {
        case .ready(let doorList):
            var writer = MessageWriter(kind: 1)
            writer.put(doorList)
            return writer.message
        case .outcome(.stage(let stage, let door, let source), let doorList):
            return ListenerReport.outcome(kind: 2, doorList, door, source, stage)
        case .outcome(.completed(let door, let source), let doorList):
            return ListenerReport.outcome(kind: 3, doorList, door, source, 0)
        case .outcome(.timedOut(let stage, let door, let source), let doorList):
            return ListenerReport.outcome(kind: 4, doorList, door, source, stage)
        case .outcome(.reset(let stage, let knock, let door, let source), let doorList):
            var writer = MessageWriter(kind: 8)
            writer.put(doorList)
            writer.put(UInt16(door))
            writer.put(source)
            writer.put(UInt8(stage))
            writer.put(knock.transport.rawValue)
            writer.put(knock.port)
            return writer.message
        case .leftOut(let count):
            var writer = MessageWriter(kind: 5)
            writer.put(count)
            return writer.message
        case .filterTooLarge:
            return MessageWriter(kind: 6).message
        case .captureFailed(let interface, let reason):
            var writer = MessageWriter(kind: 9)
            writer.put(interface)
            writer.put(reason)
            return writer.message
        case .packet(let packet, let length): return ListenerReport.message(of: packet, length: length)
        case .pong: return MessageWriter(kind: 11).message
        case .signedCounts(let counts):
            var writer = MessageWriter(kind: 12)
            writer.put(counts.noise)
            writer.put(counts.overShare)
            return writer.message
        case .signedPortFlooded(let isFlooded):
            var writer = MessageWriter(kind: 13)
            writer.put(UInt8(isFlooded ? 1 : 0))
            return writer.message
        case .jail(let report): return report.message
        case .failure(let text):
            var writer = MessageWriter(kind: 7)
            writer.put(text)
            return writer.message
        }
    }

    private static func outcome(kind: UInt8, _ doorList: UInt32, _ door: Int, _ source: IPAddress, _ stage: Int)
        -> [UInt8]
    {
        var writer = MessageWriter(kind: kind)
        writer.put(doorList)
        writer.put(UInt16(door))
        writer.put(source)
        writer.put(UInt8(stage))
        return writer.message
    }

    private static func message(of packet: Packet, length: Int) -> [UInt8] {
        var writer = MessageWriter(kind: 10)
        writer.put(Knock(packet).transport.rawValue)
        writer.put(packet.source)
        writer.put(packet.sourcePort)
        writer.put(packet.destination)
        writer.put(packet.destinationPort)
        writer.put(UInt32(clamping: length))
        return writer.message
    }

    package init?(_ message: [UInt8]) {
        var reader = MessageReader(message)
        guard let kind = reader.take(UInt8.self) else { return nil }
        switch kind {
        case 1:
            guard let doorList = reader.take(UInt32.self) else { return nil }
            self = .ready(doorList: doorList)
        case 2, 3, 4:
            guard let doorList = reader.take(UInt32.self), let door = reader.take(UInt16.self).map(Int.init),
                let source = reader.takeAddress(), let stage = reader.take(UInt8.self).map(Int.init)
            else { return nil }
            switch kind {
            case 2: self = .outcome(.stage(stage, door: door, source: source), doorList: doorList)
            case 3 where stage != 0: return nil
            case 3: self = .outcome(.completed(door: door, source: source), doorList: doorList)
            default: self = .outcome(.timedOut(stage: stage, door: door, source: source), doorList: doorList)
            }
        case 5:
            guard let count = reader.take(UInt32.self) else { return nil }
            self = .leftOut(count)
        case 6:
            self = .filterTooLarge
        case 7:
            guard let text = reader.takeLine() else { return nil }
            self = .failure(text)
        case 8:
            guard let doorList = reader.take(UInt32.self), let door = reader.take(UInt16.self).map(Int.init),
                let source = reader.takeAddress(), let stage = reader.take(UInt8.self).map(Int.init),
                let transport = reader.take(UInt8.self).flatMap(Knock.TransportProtocol.init),
                let port = reader.take(UInt16.self)
            else { return nil }
            self = .outcome(
                .reset(stage: stage, by: Knock(transport, port), door: door, source: source), doorList: doorList)
        case 9:
            guard let interface = reader.takeLine(), let reason = reader.takeLine() else { return nil }
            self = .captureFailed(interface: interface, reason: reason)
        case 10:
            guard let transport = reader.take(UInt8.self).flatMap(Knock.TransportProtocol.init),
                let source = reader.takeAddress(), let sourcePort = reader.take(UInt16.self),
                let destination = reader.takeAddress(), let destinationPort = reader.take(UInt16.self),
                let length = reader.take(UInt32.self)
            else { return nil }
            let packet = Packet(
                source: source, destination: destination, transport: transport == .tcp ? .tcp([]) : .udp,
                sourcePort: sourcePort, destinationPort: destinationPort)
            self = .packet(packet, length: Int(length))
        case 11: self = .pong
        case 12:
            guard let noise = reader.take(UInt64.self), let overShare = reader.take(UInt64.self) else { return nil }
            self = .signedCounts(SignedPortCounts(noise: noise, overShare: overShare))
        case 13:
            guard let isFlooded = reader.takeFlag() else { return nil }
            self = .signedPortFlooded(isFlooded)
        default:
            guard let report = JailReport(kind, &reader) else { return nil }
            self = .jail(report)
        }
        if !reader.isAtEnd { return nil }
    }
}
