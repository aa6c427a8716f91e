import Base
import Doors
import Hints
import KeyMessages
import Keys
import Knocks
import Linux
import Messages
import Packets
import SignedKnocks
import Testing

@testable import Doorkeeper

/// Roles as the Doorkeeper sees them, without a kernel, and what they say.
enum RoleSamples {
    static let source = IPAddress(ipv4: 0xC612_0102)
    static let known = GenerationID(high: 1, low: 2)
    /// Addresses that no host has; the last two are this host's own.
    static let noHosts = ["0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "ff02::1", "127.0.0.1", "::1"]

    /// A message with these bytes first.
    static func message(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: RoleMessage.size - bytes.count)
    }

    /// A door that a sequence of these ports opens.
    static func door(_ name: String, _ ports: UInt16...) -> Door {
        let sequence = KnockSequence(ports.map { Knock(.tcp, $0) })
        return Door(
            identity: DoorIdentity(name: name),
            sequence: sequence.map {
                SequenceDoor(sequence: $0, flagRule: TCPFlagRule(), timeout: 1000, target: nil)
            },
            actions: nil, actionsIPv6: nil, openFor: 0, startLimit: nil, stopLimit: 0, reknock: .extend, maxOpenings: 1)
    }

    /// A Listener that captures eth0 and eth1, with one door of two knocks in list 1.
    static func listener(onlyIPv4: Bool = false, signedPort: UInt16? = nil) -> ListenerSupervisor {
        var listener = ListenerSupervisor(ListenerConversation(onlyIPv4: onlyIPv4))
        let captures = ["eth0", "eth1"].map {
            ListenerControl.capture(interface: $0, isLoopback: false, onlyIPv4: onlyIPv4)
        }
        let controls = listener.talk.list(
            [door("door", 7000, 8000)], addresses: [source], signedPort: signedPort, reporting: .lines)
        listener.starts(captures + controls, now: 0)
        return listener
    }

    /// A Verifier that was given one generation, and a door that may be open for 60 s.
    static func verifier() throws -> VerifierSupervisor {
        var verifier = VerifierSupervisor(VerifierConversation())
        verifier.starts([try generation(known), signedDoor("ssh", seconds: 60), .apply(window: 30_000)], now: 0)
        return verifier
    }

    static func generation(_ id: GenerationID) throws -> VerifierControl {
        let name = try #require(KeyName("laptop"))
        func secret() -> SecretBytes {
            var bytes = [UInt8](repeating: 1, count: WorkingKeys.size)
            return SecretBytes(taking: &bytes)
        }
        let keys = WorkingKeys(id: id, hint: secret(), encrypt: secret(), tag: secret())
        return .generation(key: name, number: 1, isUsable: true, keys)
    }

    static func signedDoor(_ name: String, seconds: Milliseconds) -> VerifierControl {
        .door(VerifierRules.Door(name: name, flags: [Bool](repeating: true, count: 6), longest: seconds * 1000))
    }

    static func claim(
        of generation: GenerationID = RoleSamples.known, door: String = "ssh",
        address: IPAddress = RoleSamples.source, from source: IPAddress = RoleSamples.source,
        isOnLoopback: Bool = false, openFor: Milliseconds? = nil
    ) -> SignedClaim {
        SignedClaim(
            generation: generation, nonce: Nonce(high: 0, low: 0), timestamp: 0, operation: .open, door: door,
            address: address, source: source, isOnLoopback: isOnLoopback, openFor: openFor,
            namesAddress: address != source)
    }
}

extension Supervisor {
    /// Takes messages one after the other; the last verdict.
    mutating func hear(
        _ messages: [[UInt8]], now: Milliseconds = 0, mayBeLoopback: Bool = false
    ) -> Verdict? {
        var last: Verdict?
        for message in messages {
            let taken = take(.message(message), now: now, mayBeLoopback: mayBeLoopback)
            if case .verdict(let verdict) = taken { last = verdict }
        }
        return last
    }
}
