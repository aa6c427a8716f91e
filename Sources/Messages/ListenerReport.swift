package import Knocks
package import Packets

/// A message from the Listener to the Doorkeeper.
package enum ListenerReport: Equatable {
    /// It has entered its jail and captures for the door list of this number.
    case ready(doorList: UInt32)
    /// The effect of a knock, or of time, at a door of this list.
    case outcome(SequenceMatcher.Outcome, doorList: UInt32)
    /// Reports omitted, because they exceeded their rate or the queue had no room.
    case leftOut(UInt32)
    /// The kernel did not accept the filter for these doors, so the Listener sees every packet.
    case filterTooLarge
    /// The capture at this interface could not be opened, or has failed.
    case captureFailed(interface: String, reason: String)
    /// A packet that passed the kernel's filter, and its length in bytes; sent if all packets are wanted.
    case packet(Packet, length: Int)
    /// Datagrams to the signed port that were not passed on since the last such report.
    case signedCounts(SignedPortCounts)
    /// A flood of datagrams without a live hint has begun (true) or ended (false).
    case signedPortFlooded(Bool)
    /// The answer to `ping`.
    case pong
    case jail(JailReport)
    /// It cannot continue, and exits.
    case failure(String)

    private enum Kind: UInt8 {
        case ready = 1
        case stage = 2
        case completed = 3
        case timedOut = 4
        case leftOut = 5
        case filterTooLarge = 6
        case failure = 7
        case reset = 8
        case captureFailed = 9
        case packet = 10
        case pong = 11
        case signedCounts = 12
        case signedPortFlooded = 13
    }

    package var message: [UInt8] {
        switch self {
        case .ready(let doorList): MessageWriter.message(Kind.ready) { $0.put(doorList) }
        case .outcome(let outcome, let doorList): Self.message(of: outcome, doorList)
        case .leftOut(let count): MessageWriter.message(Kind.leftOut) { $0.put(count) }
        case .filterTooLarge: MessageWriter.message(Kind.filterTooLarge)
        case .failure(let text): MessageWriter.message(Kind.failure) { $0.put(text) }
        case .captureFailed(let interface, let reason):
            MessageWriter.message(Kind.captureFailed) { writer in
                writer.put(interface)
                writer.put(reason)
            }
        case .packet(let packet, let length):
            MessageWriter.message(Kind.packet) { writer in
                packet.put(into: &writer)
                writer.put(UInt32(clamping: length))
            }
        case .pong: MessageWriter.message(Kind.pong)
        case .signedCounts(let counts): MessageWriter.message(Kind.signedCounts) { counts.put(into: &$0) }
        case .signedPortFlooded(let isFlooded): MessageWriter.message(Kind.signedPortFlooded) { $0.put(isFlooded) }
        case .jail(let report): report.message
        }
    }

    private static func message(of outcome: SequenceMatcher.Outcome, _ doorList: UInt32) -> [UInt8] {
        switch outcome {
        case .stage(let stage, let door, let source):
            MessageWriter.message(Kind.stage) {
                AttemptPayload(doorList: doorList, door: door, source: source, stage: stage).put(into: &$0)
            }
        case .completed(let door, let source):
            MessageWriter.message(Kind.completed) {
                AttemptPayload(doorList: doorList, door: door, source: source, stage: 0).put(into: &$0)
            }
        case .timedOut(let stage, let door, let source):
            MessageWriter.message(Kind.timedOut) {
                AttemptPayload(doorList: doorList, door: door, source: source, stage: stage).put(into: &$0)
            }
        case .reset(let stage, let knock, let door, let source):
            MessageWriter.message(Kind.reset) { writer in
                AttemptPayload(doorList: doorList, door: door, source: source, stage: stage).put(into: &writer)
                writer.put(knock.transport.rawValue)
                writer.put(knock.port)
            }
        }
    }

    package init?(_ message: [UInt8]) {
        let report = JailReport.reading(
            message, own: { (kind: Kind, reader: inout MessageReader) in ListenerReport(kind, reading: &reader) },
            jail: Self.jail)
        guard let report else { return nil }
        self = report
    }

    private init?(_ kind: Kind, reading reader: inout MessageReader) {
        switch kind {
        case .ready:
            guard let doorList = reader.take(UInt32.self) else { return nil }
            self = .ready(doorList: doorList)
        case .stage:
            guard let attempt = AttemptPayload(reading: &reader) else { return nil }
            self = .outcome(
                .stage(attempt.stage, door: attempt.door, source: attempt.source), doorList: attempt.doorList)
        case .completed:
            guard let attempt = AttemptPayload(reading: &reader), attempt.stage == 0 else { return nil }
            self = .outcome(.completed(door: attempt.door, source: attempt.source), doorList: attempt.doorList)
        case .timedOut:
            guard let attempt = AttemptPayload(reading: &reader) else { return nil }
            self = .outcome(
                .timedOut(stage: attempt.stage, door: attempt.door, source: attempt.source),
                doorList: attempt.doorList)
        case .reset:
            guard let attempt = AttemptPayload(reading: &reader),
                let transport = reader.take(UInt8.self).flatMap(Knock.TransportProtocol.init),
                let port = reader.take(UInt16.self)
            else { return nil }
            self = .outcome(
                .reset(
                    stage: attempt.stage, by: Knock(transport, port), door: attempt.door, source: attempt.source),
                doorList: attempt.doorList)
        case .leftOut:
            guard let count = reader.take(UInt32.self) else { return nil }
            self = .leftOut(count)
        case .filterTooLarge: self = .filterTooLarge
        case .failure:
            guard let text = reader.takeLine() else { return nil }
            self = .failure(text)
        case .captureFailed:
            guard let interface = reader.takeLine(), let reason = reader.takeLine() else { return nil }
            self = .captureFailed(interface: interface, reason: reason)
        case .packet:
            guard let packet = Packet(reading: &reader), let length = reader.take(UInt32.self) else { return nil }
            self = .packet(packet, length: Int(length))
        case .pong: self = .pong
        case .signedCounts:
            guard let counts = SignedPortCounts(reading: &reader) else { return nil }
            self = .signedCounts(counts)
        case .signedPortFlooded:
            guard let isFlooded = reader.takeFlag() else { return nil }
            self = .signedPortFlooded(isFlooded)
        }
    }
}

/// The fields that all outcomes of an attempt share.
private struct AttemptPayload {
    let doorList: UInt32
    let door: Int
    let source: IPAddress
    let stage: Int

    init(doorList: UInt32, door: Int, source: IPAddress, stage: Int) {
        self.doorList = doorList
        self.door = door
        self.source = source
        self.stage = stage
    }

    func put(into writer: inout MessageWriter) {
        writer.put(doorList)
        writer.put(UInt16(door))
        writer.put(source)
        writer.put(UInt8(stage))
    }

    init?(reading reader: inout MessageReader) {
        guard let doorList = reader.take(UInt32.self), let door = reader.take(UInt16.self),
            let source = reader.takeAddress(), let stage = reader.take(UInt8.self)
        else { return nil }
        self.init(doorList: doorList, door: Int(door), source: source, stage: Int(stage))
    }
}

extension Packet {
    fileprivate func put(into writer: inout MessageWriter) {
        writer.put(Knock(self).transport.rawValue)
        writer.put(source)
        writer.put(sourcePort)
        writer.put(destination)
        writer.put(destinationPort)
    }

    fileprivate init?(reading reader: inout MessageReader) {
        guard let transport = reader.take(UInt8.self).flatMap(Knock.TransportProtocol.init),
            let source = reader.takeAddress(), let sourcePort = reader.take(UInt16.self),
            let destination = reader.takeAddress(), let destinationPort = reader.take(UInt16.self)
        else { return nil }
        self.init(
            source: source, destination: destination, transport: transport == .tcp ? .tcp([]) : .udp,
            sourcePort: sourcePort, destinationPort: destinationPort)
    }
}
