import Base
import Knocks
import Packets

/// Who knocks unless another source is named, and where.
let client = "198.18.1.2"
let server = "198.18.1.1"

/// An address that the test's author has written correctly.
func address(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure("\(text) is no address") }
    return address
}

/// The how-many-eth of many sources.
func source(_ number: Int) -> IPAddress {
    IPAddress(high: 0x2001_0DB8_0000_0000, low: UInt64(number))
}

/// A TCP segment to a port, the first of a connection unless it has other flags.
func tcp(_ port: UInt16, _ flags: TCPFlags = .syn, from source: IPAddress = address(client), to host: String = server)
    -> Packet
{
    Packet(
        source: source, destination: address(host), transport: .tcp(flags), sourcePort: 41706, destinationPort: port)
}

/// A UDP datagram to a port.
func udp(_ port: UInt16, from source: IPAddress = address(client), to host: String = server) -> Packet {
    Packet(source: source, destination: address(host), transport: .udp, sourcePort: 41706, destinationPort: port)
}

/// The same packet with a VLAN's tag.
func tagged(_ vlan: UInt16, _ packet: Packet) -> Packet {
    Packet(
        source: packet.source, destination: packet.destination, transport: packet.transport,
        sourcePort: packet.sourcePort, destinationPort: packet.destinationPort, vlan: vlan)
}

/// A sequence that the test's author has written correctly.
func sequence(_ knocks: [Knock]) -> KnockSequence {
    guard let sequence = KnockSequence(knocks) else { preconditionFailure("\(knocks) is no sequence") }
    return sequence
}

/// A door with a sequence of any knocks.
func door(
    knocks: [Knock], flags: TCPFlagRule = TCPFlagRule(), timeout: Milliseconds = 25_000, target: String? = nil,
    isStrict: Bool = false, vlan: UInt16? = nil, hasRivals: Bool = false
) -> SequenceDoor {
    SequenceDoor(
        sequence: sequence(knocks), flagRule: flags, timeout: timeout, target: target.map(address), isStrict: isStrict,
        vlan: vlan, hasRivals: hasRivals)
}

/// A door with a sequence of TCP ports.
func door(
    _ ports: UInt16..., flags: TCPFlagRule = TCPFlagRule(), timeout: Milliseconds = 25_000, target: String? = nil,
    isStrict: Bool = false, vlan: UInt16? = nil
) -> SequenceDoor {
    door(
        knocks: ports.map { Knock(.tcp, $0) }, flags: flags, timeout: timeout, target: target, isStrict: isStrict,
        vlan: vlan)
}

/// A matcher whose host has two addresses, and which hands over what a packet or the time brings about.
final class Host {
    private var matcher: SequenceMatcher

    init(_ doors: [SequenceDoor], capacity: Int) {
        matcher = SequenceMatcher(
            doors: doors, localAddresses: [address(server), address("fd00:198:18:1::1")], capacity: capacity,
            hash: SipHash(key0: 0x1234, key1: 0x5678))
    }

    /// What these packets, all of one moment, bring about.
    @discardableResult
    func receive(_ packets: Packet..., at now: Milliseconds = 0) -> [SequenceMatcher.Outcome] {
        receive(packets, at: now)
    }

    /// What these packets, all of one moment, bring about.
    @discardableResult
    func receive(_ packets: [Packet], at now: Milliseconds = 0) -> [SequenceMatcher.Outcome] {
        var outcomes: [SequenceMatcher.Outcome] = []
        for packet in packets {
            matcher.receive(packet, at: now) { outcomes.append($0) }
        }
        return outcomes
    }

    /// Takes up other doors, at the same addresses or others.
    func replace(_ doors: SequenceDoor..., addresses: [String] = [server, "fd00:198:18:1::1"]) {
        matcher.replace(doors: doors, localAddresses: Set(addresses.map(address)))
    }

    /// Takes up other doors.
    func replace(_ doors: [SequenceDoor]) {
        matcher.replace(doors: doors, localAddresses: [address(server), address("fd00:198:18:1::1")])
    }

    /// What is over at a moment.
    func expire(at now: Milliseconds) -> [SequenceMatcher.Outcome] {
        var outcomes: [SequenceMatcher.Outcome] = []
        matcher.expire(at: now) { outcomes.append($0) }
        return outcomes
    }

    /// How many attempts are in progress.
    var attemptCount: Int {
        var count = 0
        matcher.forEachAttempt { _, _, _ in count += 1 }
        return count
    }

    var nextExpiry: Milliseconds? { matcher.nextExpiry }
}

func matcher(_ doors: SequenceDoor..., capacity: Int = 4096) -> Host {
    Host(doors, capacity: capacity)
}

func matcher(_ doors: [SequenceDoor], capacity: Int = 4096) -> Host {
    Host(doors, capacity: capacity)
}

/// A knock of the client was accepted.
func stage(_ stage: Int, door: Int = 0, source: IPAddress = address(client)) -> SequenceMatcher.Outcome {
    .stage(stage, door: door, source: source)
}

/// The last knock of the client was accepted.
func completed(door: Int = 0, source: IPAddress = address(client)) -> SequenceMatcher.Outcome {
    .completed(door: door, source: source)
}

/// A wrong knock of the client ended an attempt.
func reset(stage: Int, by knock: Knock, door: Int = 0, source: IPAddress = address(client)) -> SequenceMatcher.Outcome {
    .reset(stage: stage, by: knock, door: door, source: source)
}

/// The client took too long.
func timedOut(stage: Int, door: Int = 0, source: IPAddress = address(client)) -> SequenceMatcher.Outcome {
    .timedOut(stage: stage, door: door, source: source)
}
