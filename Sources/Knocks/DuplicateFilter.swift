package import Base
package import Packets

/// Counts a packet once that is seen on two interfaces, such as a bridge and its port, or a bond and its member.
///
/// A packet is new if its own interface has now seen it more often than any other has, within the window that begins
/// when it is first seen: two identical datagrams on one interface are both new, and their copies on another are not,
/// in whatever order the captures are read. What there is no room for may count again; of the identical packets that an
/// interface sees, never fewer are new than there were.
package struct DuplicateFilter: ~Copyable {
    private static let ways = 4

    /// How often an interface has seen a packet. All bytes zero is none.
    private struct Sightings: BitwiseCopyable {
        var interface: UInt32 = 0
        var count: UInt32 = 0
    }

    /// One packet. Without sightings it is free.
    private struct Entry: BitwiseCopyable {
        var digest: UInt64
        var firstSeen: Milliseconds
        var sightings = InlineArray<4, Sightings>(repeating: Sightings())

        func isOver(at now: Milliseconds) -> Bool {
            sightings[0].count == 0 || now - firstSeen >= KnocksLimits.copyWindow
        }
    }

    private let hash: SipHash
    private let memory = ZeroedMemory<Entry>(count: KnocksLimits.knownPackets)

    /// - Parameter hash: keyed with random bytes that nobody else knows.
    package init(hash: SipHash) {
        self.hash = hash
    }

    /// Notes that an interface has seen a packet; false if it is another one's copy.
    ///
    /// - Parameters:
    ///   - bytes: all that was captured of the frame.
    ///   - interface: any number that no other interface has.
    package mutating func isNew(
        _ frame: Frame, in bytes: RawSpan, on interface: UInt32, at now: Milliseconds
    ) -> Bool {
        // The same packet with and without a VLAN's tag is for two doors.
        let vlan = frame.packet.vlan.map { UInt64($0) } ?? 0
        return isNew(digest: hash.hash(vlan, bytes.extracting(frame.identifyingBytes)), on: interface, at: now)
    }

    /// Notes that an interface has seen the packet with this digest; false if it is another one's copy.
    package mutating func isNew(digest: UInt64, on interface: UInt32, at now: Milliseconds) -> Bool {
        let index = place(of: digest, at: now)
        var entry = memory[index]
        if entry.digest != digest || entry.isOver(at: now) { entry = Entry(digest: digest, firstSeen: now) }
        var own: Int?
        var mostElsewhere: UInt32 = 0
        for place in 0..<KnocksLimits.interfacesOfPacket {
            let sightings = entry.sightings[place]
            if sightings.count != 0, sightings.interface != interface {
                mostElsewhere = max(mostElsewhere, sightings.count)
            } else if own == nil || sightings.count != 0 {
                own = place
            }
        }
        guard let own else { return true }
        entry.sightings[own].interface = interface
        entry.sightings[own].count &+= 1
        memory[index] = entry
        return entry.sightings[own].count > mostElsewhere
    }

    /// Where the packet is, or can be: in a free place, or in that of the one first seen longest ago.
    private func place(of digest: UInt64, at now: Milliseconds) -> Int {
        let start = Int(digest % UInt64(KnocksLimits.knownPackets / Self.ways)) * Self.ways
        var best = start
        for index in start..<start + Self.ways {
            let entry = memory[index]
            if entry.isOver(at: now) {
                best = index
            } else if entry.digest == digest {
                return index
            } else if !memory[best].isOver(at: now), entry.firstSeen < memory[best].firstSeen {
                best = index
            }
        }
        return best
    }
}
