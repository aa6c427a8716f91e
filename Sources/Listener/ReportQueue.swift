/// Reports of the Listener that wait for room in the channel to the Doorkeeper, in their order.
///
/// A door's completed sequences may take as many places as they leave free, so half of them if no other door has any,
/// and always one: one door cannot keep out another. Reports for the log are accepted only while fewer than half of the
/// places are in use.
struct ReportQueue {
    private struct Report {
        let message: [UInt8]
        /// The door of a completed sequence; nil for other reports.
        let door: Int?
    }

    private var reports: [Report] = []
    /// The index of the first report; those before it were removed.
    private var head = 0
    private var doors: [Int: Int] = [:]
    private var proofs = 0

    var count: Int { reports.count - head }

    var isEmpty: Bool { count == 0 }

    var hasRoomForLog: Bool { count < ListenerLimits.reports / 2 }

    func hasRoom(forProofAt door: Int) -> Bool {
        guard let ofDoor = doors[door] else { return true }
        return ofDoor < ListenerLimits.reports - proofs
    }

    /// - Parameter door: the door of a completed sequence.
    mutating func append(_ message: [UInt8], isProofAt door: Int? = nil) {
        reports.append(Report(message: message, door: door))
        guard let door else { return }
        proofs += 1
        doors[door, default: 0] += 1
    }

    var first: [UInt8]? { isEmpty ? nil : reports[head].message }

    mutating func removeFirst() {
        guard !isEmpty else { return }
        if let door = reports[head].door, let ofDoor = doors[door] {
            proofs -= 1
            doors[door] = ofDoor == 1 ? nil : ofDoor - 1
        }
        head += 1
        guard 2 * head > reports.count else { return }
        reports.removeFirst(head)
        head = 0
    }
}
