package import Base

/// Limits of the memory for classic knocks; docs/LIMITS.md lists the limits of all modules.
package enum KnocksLimits {
    /// Knocks of one sequence; the configuration is refused with more. It is knockd's own limit.
    package static let knocksOfSequence = 32
    /// Attempts in progress, of all sources at all doors: 10 MiB of address space, taken as it is used. In a full set
    /// of the table the oldest attempt goes, of the door that has most attempts there and at the stage with most of
    /// these.
    package static let attempts = 262_144
    /// Slots of one set of the table, in which all attempts of a source lie, where no knock begins more than half as
    /// many doors; sets are wider where one does. A full set gives up an attempt.
    package static let attemptsOfSource = 16
    /// Wrong packets that an attempt at a strict door survives between two knocks; the next one ends it. Anybody can
    /// send packets in the owner's name: a hundred a second are five or six between knocks that are 50 ms apart. A scan
    /// in ascending order sends more than this between ports that are further apart than this, and a scan in random
    /// order hits the next port so soon once in thousands of times: THREATS.md has the odds.
    package static let wrongPackets = 16
    /// The same at a door that several sequences open at once, each of which is a chance for a scan. With eight, a scan
    /// has about the odds of one sequence with `wrongPackets`; five or six forged packets are tolerated all the same.
    package static let wrongPacketsAmongRivals = 6
    /// Ports that the kernel's filter names; with more it names none, and the matcher sees all packets to the doors'
    /// addresses. A longer program the kernel does not take (4,096 instructions), after seconds of compiling.
    package static let filterPorts = 900
    /// Addresses of this host that the kernel's filter names, counted for each clause; with more it names none, for the
    /// same reason.
    package static let filterHosts = 1500
    /// Packets that are known at once, to find their copies on other interfaces: 96 KiB, taken as they are used. In a
    /// full set the one first seen longest ago goes, and its copy may count again.
    package static let knownPackets = 2048
    /// How long after it was first seen a packet's copies are known; later ones count again.
    package static let copyWindow: Milliseconds = 1000
    /// Interfaces that one packet is counted on; on each further one it is always new.
    package static let interfacesOfPacket = 4
}
