import Base
import Doors

/// Counters of a simulation, for its last lines.
struct SimulationSummary {
    private(set) var packets = 0
    private(set) var skipped = 0
    private(set) var knocks = 0
    /// Datagrams to the signed port that were no signed knocks.
    private(set) var noise = 0
    /// Number of times each door would have opened.
    private(set) var opened: [DoorIdentity: Int] = [:]

    mutating func addPacket() { packets += 1 }

    /// Counts a frame without a packet that could be a knock.
    mutating func addSkipped() {
        packets += 1
        skipped += 1
    }

    mutating func addKnock() { knocks += 1 }
    mutating func addNoise() { noise += 1 }
    mutating func addOpening(of door: DoorIdentity) { opened[door, default: 0] += 1 }

    /// The line about the packets read.
    var packetLine: String {
        "\(Counted.text(packets, "packet")) read, \(Counted.text(knocks, "knock")),"
            + " \(skipped) skipped (no TCP or UDP over IP, truncated, or sent by the host itself)"
    }

    /// Lines about how often each door would have opened.
    func doorLines(_ doors: [Door]) -> [String] {
        let unopened = doors.filter { opened[$0.identity] == nil && ($0.sequence != nil || $0.signed != nil) }
        return unopened.map { "\($0.identity.displayName): would not have opened" }
            + opened.sorted { $0.key.name < $1.key.name }.map { door, count in
                "\(door.displayName): would have opened \(Counted.text(count, "time"))"
            }
    }
}
