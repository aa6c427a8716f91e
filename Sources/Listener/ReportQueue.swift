/// Reports of the Listener that wait for the Doorkeeper, in their order.
///
/// A door's completed sequences may be as many as it leaves free, so half of the places if it is alone, and one in any case: one
/// door's cannot keep another's out. What is for the log leaves half of the places to these.
struct ReportQueue {
    private struct Report {
        let message: [UInt8]
        /// The door of a completed sequence.
        let door: Int?
    }

    private var reports: [Report] = []
    /// Those before it were taken out.
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

    /// - Parameter door: that of a completed sequence.
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
