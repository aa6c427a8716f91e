package import Base
package import Packets

/// What the matching needs to know of a door.
package struct SequenceDoor: Hashable, Sendable {
    package let sequence: KnockSequence
    package let flagRule: TCPFlagRule
    /// From the first knock to the last; at or after it the attempt is over.
    package let timeout: Milliseconds
    /// The one destination that counts; nil is the interface's own addresses.
    package let target: IPAddress?
    /// Whether any other initial SYN or datagram to this host, during the sequence, is a wrong packet.
    package let isStrict: Bool
    /// The VLAN whose tag packets must bear; nil is none.
    package let vlan: UInt16?
    /// Whether other sequences open the same door at the same time, as with a one-time file.
    package let hasRivals: Bool

    package init(
        sequence: KnockSequence, flagRule: TCPFlagRule, timeout: Milliseconds, target: IPAddress?,
        isStrict: Bool = false, vlan: UInt16? = nil, hasRivals: Bool = false
    ) {
        self.sequence = sequence
        self.flagRule = flagRule
        self.timeout = timeout
        self.target = target
        self.isStrict = isStrict
        self.vlan = vlan
        self.hasRivals = hasRivals
    }

    /// How many wrong packets an attempt survives between two knocks. None at a door that is not strict, as with knockd;
    /// and none where there are two knocks, since one coincidence would then open the door.
    package var tolerance: Int { isStrict ? Self.tolerance(knocks: sequence.count, hasRivals: hasRivals) : 0 }

    /// The same, at a strict door of so many knocks.
    package static func tolerance(knocks: Int, hasRivals: Bool) -> Int {
        knocks > 2 ? hasRivals ? KnocksLimits.wrongPacketsAmongRivals : KnocksLimits.wrongPackets : 0
    }

    /// Why a door takes no notice of a packet as a knock.
    package enum Blindness: Equatable, Sendable {
        /// It bears the tag of another VLAN, or one where the door wants none, or none where the door wants one.
        case otherVLAN
        /// It is for another address.
        case otherDestination
        /// A segment without the flags that the door wants, or with others; at a strict door, one that begins no connection.
        case otherFlags
    }

    /// The same with another sequence, which is the only one or has rivals.
    package func taking(_ other: KnockSequence, hasRivals: Bool) -> SequenceDoor {
        SequenceDoor(
            sequence: other, flagRule: flagRule, timeout: timeout, target: target, isStrict: isStrict, vlan: vlan,
            hasRivals: hasRivals)
    }

    /// Why this door does not see the packet as a knock, so that it neither advances nor restarts; nil if it does.
    package func blindness(to packet: Packet, localAddresses: Set<IPAddress>) -> Blindness? {
        sight.blindness(to: packet, isLocal: localAddresses.contains(packet.destination))
    }

    /// All that decides whether the door sees a packet, without the sequence itself: plain bytes, which cost nothing to copy.
    struct Sight {
        let flagRule: TCPFlagRule
        let target: IPAddress?
        let isStrict: Bool
        let vlan: UInt16?
        let tolerance: Int
    }

    var sight: Sight {
        Sight(flagRule: flagRule, target: target, isStrict: isStrict, vlan: vlan, tolerance: tolerance)
    }
}

extension SequenceDoor.Sight {
    /// As `SequenceDoor.blindness`, where it is known whether the packet is for one of the interface's own addresses.
    func blindness(to packet: Packet, isLocal: Bool) -> SequenceDoor.Blindness? {
        if packet.vlan != vlan { return .otherVLAN }
        if let target {
            if packet.destination != target { return .otherDestination }
        } else if !isLocal {
            return .otherDestination
        }
        switch packet.transport {
        case .tcp(let flags):
            // A segment that would be no wrong packet elsewhere is no knock either: a scan of such segments, as of ACKs, would
            // open the door. Where the flags admit no plain SYN there is no choice.
            if isStrict, flagRule.admitsConnectionAttempts, !TCPFlagRule.initialSYN.admits(flags) { return .otherFlags }
            return flagRule.admits(flags) ? nil : .otherFlags
        case .udp: return nil
        }
    }

    /// Whether this door is strict, and the packet a wrong one unless it is the knock that fits: an initial SYN,
    /// whatever the door's flags, or a datagram, to this host or to the door's target. A packet of another VLAN is none.
    func minds(_ packet: Packet, isLocal: Bool) -> Bool {
        guard isStrict, packet.vlan == vlan else { return false }
        if case .tcp(let flags) = packet.transport, !TCPFlagRule.initialSYN.admits(flags) { return false }
        return isLocal || packet.destination == target
    }
}
