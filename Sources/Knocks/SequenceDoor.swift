package import Base
package import Packets

/// The properties of a door that matching depends on.
package struct SequenceDoor: Hashable, Sendable {
    package let sequence: KnockSequence
    package let flagRule: TCPFlagRule
    /// The time allowed from the first knock to the last; an attempt that takes as long or longer is over.
    package let timeout: Milliseconds
    /// The only valid destination; nil stands for the interface's own addresses.
    package let target: IPAddress?
    /// Whether any other initial SYN or datagram to this host during the sequence is a wrong packet.
    package let isStrict: Bool
    /// The VLAN id that packets must have; nil accepts only packets without a tag.
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

    /// The number of wrong packets that an attempt survives between two knocks.
    ///
    /// It is zero at a door that is not strict, as with knockd. It is also zero for a sequence of two knocks, since one
    /// coincidence would then open the door.
    package var tolerance: Int { isStrict ? Self.tolerance(knocks: sequence.count, hasRivals: hasRivals) : 0 }

    /// The tolerance of a strict door with this many knocks.
    package static func tolerance(knocks: Int, hasRivals: Bool) -> Int {
        knocks > 2 ? hasRivals ? KnocksLimits.wrongPacketsAmongRivals : KnocksLimits.wrongPackets : 0
    }

    /// Why a door does not see a packet as a knock.
    package enum Blindness: Equatable, Sendable {
        /// The packet's VLAN tag is not the door's: another VLAN, a tag where the door wants none, or none where it
        /// wants one.
        case otherVLAN
        /// The packet is for another address.
        case otherDestination
        /// The segment's flags do not match the door's rule, or, at a strict door, do not begin a connection.
        case otherFlags
    }

    /// The same door with another sequence, which is the only one or has rivals.
    package func taking(_ other: KnockSequence, hasRivals: Bool) -> SequenceDoor {
        SequenceDoor(
            sequence: other, flagRule: flagRule, timeout: timeout, target: target, isStrict: isStrict, vlan: vlan,
            hasRivals: hasRivals)
    }

    /// Why this door does not see the packet as a knock, so that it neither advances nor restarts; nil if it sees it.
    package func blindness(to packet: Packet, localAddresses: Set<IPAddress>) -> Blindness? {
        sight.blindness(to: packet, isLocal: localAddresses.contains(packet.destination))
    }

    /// The properties that decide whether a door sees a packet, without the sequence: plain bytes, which cost nothing
    /// to copy.
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
    /// As `SequenceDoor.blindness`, if it is known whether the packet is for one of the interface's own addresses.
    func blindness(to packet: Packet, isLocal: Bool) -> SequenceDoor.Blindness? {
        if packet.vlan != vlan { return .otherVLAN }
        if let target {
            if packet.destination != target { return .otherDestination }
        } else if !isLocal {
            return .otherDestination
        }
        switch packet.transport {
        case .tcp(let flags):
            // Only segments that could be wrong packets elsewhere may be knocks: otherwise a scan with other segments,
            // such as ACKs, would open the door. If the flags admit no plain SYN, there is no choice.
            if isStrict, flagRule.admitsConnectionAttempts, !TCPFlagRule.initialSYN.admits(flags) { return .otherFlags }
            return flagRule.admits(flags) ? nil : .otherFlags
        case .udp: return nil
        }
    }

    /// Whether this door is strict and the packet is wrong for it, unless it is the knock that fits: an initial SYN,
    /// whatever the door's flags, or a datagram, to this host or to the door's target, in the door's VLAN.
    func minds(_ packet: Packet, isLocal: Bool) -> Bool {
        guard isStrict, packet.vlan == vlan else { return false }
        if case .tcp(let flags) = packet.transport, !TCPFlagRule.initialSYN.admits(flags) { return false }
        return isLocal || packet.destination == target
    }
}
