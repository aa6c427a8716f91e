import Doors
import Linux
import Packets

/// An opening as an earlier run of the daemon has recorded it.
struct RecordedOpening: Equatable {
    /// What is known of the start command.
    enum Started: Int64 {
        case notKnown = 0
        case succeeded = 1
        case failed = 2

        init(_ opening: Opening) {
            self = opening.phase == .starting ? .notKnown : opening.startFailed ? .failed : .succeeded
        }
    }

    private let opening: Opening
    private let started: Started
    /// The boot in which its deadline counts.
    private let bootID: String

    /// From a row; nil if it makes no sense, which no daemon has written then.
    init?(row: [Database.Value]) {
        guard row.count == 13, let name = row[0].text, let ordinal = row[1].integer,
            let address = row[2].text.flatMap({ IPAddress($0) }), let start = row[3].text, let stop = row[4].text,
            let stopLimit = row[6].integer, let openFor = row[7].integer,
            let started = row[8].integer.flatMap(Started.init),
            let deadline = row[9].integer, let boot = row[10].text
        else { return nil }
        var opening = Opening(
            key: OpeningKey(door: DoorIdentity(name: name, ordinal: Int(ordinal)), address: address),
            startCommand: start, stopCommand: stop, startLimit: row[5].integer, stopLimit: stopLimit,
            openFor: openFor, phase: .open, deadline: deadline)
        if let process = row[11].integer.flatMap(Int32.init(exactly:)), let began = row[12].integer {
            opening.startProcess = ProcessMark(id: process, began: began)
        }
        opening.startFailed = started == .failed
        self.opening = opening
        self.started = started
        bootID = boot
    }

    /// The opening as it counts in this boot: overdue, with a deadline of zero, where it is not known to have started
    /// or is of another boot, whose clock says nothing now.
    func opening(in boot: String) -> Opening {
        var opening = opening
        if started == .notKnown || bootID != boot { opening.deadline = 0 }
        if bootID != boot { opening.startProcess = nil }
        return opening
    }
}

extension Database.Value {
    var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
}
