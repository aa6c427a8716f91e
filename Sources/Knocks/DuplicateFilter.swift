package import Base
package import Packets

/// Filters copies of packets that are seen on two interfaces, such as a bridge and its port, or a bond and its member.
///
/// A packet is new if its own interface has now seen it more often than any other interface has, within a window that
/// begins when it is first seen. So two identical datagrams on one interface are both new, and their copies on another
/// are not, in whatever order the captures are read.
///
/// If the table is full, copies may pass as new. The packets reported as new are never fewer than those that one
/// interface saw.
package struct DuplicateFilter: ~Copyable {
    private static let ways = 4

    /// The number of times that an interface has seen a packet. All bytes zero is a free entry.
    private struct Sightings: BitwiseCopyable {
        var interface: UInt32 = 0
        var count: UInt32 = 0
    }

    /// The record of one packet. Without sightings it is free.
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

    /// - Parameter hash: keyed with secret random bytes.
    package init(hash: SipHash) {
        self.hash = hash
    }

    /// Records that an interface has seen a packet; false if it is a copy of one seen on another interface.
    ///
    /// - Parameters:
    ///   - bytes: the captured bytes of the frame.
    ///   - interface: a number that no other interface has.
    package mutating func isNew(
        _ frame: Frame, in bytes: RawSpan, on interface: UInt32, at now: Milliseconds
    ) -> Bool {
        // The same packet with and without a VLAN tag is for two doors.
        let vlan = frame.packet.vlan.map { UInt64($0) } ?? 0
        return isNew(digest: hash.hash(vlan, bytes.extracting(frame.identifyingBytes)), on: interface, at: now)
    }

    /// Records that an interface has seen the packet with this digest; false if it is a copy of one seen on another
    /// interface.
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

    /// The index of the packet, of a free entry for it, or of the entry first seen longest ago.
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
