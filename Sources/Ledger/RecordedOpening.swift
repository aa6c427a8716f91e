import Doors
import Linux
import Packets

/// An opening as an earlier run of the daemon has recorded it.
struct RecordedOpening: Equatable {
    /// How far it is known to have come.
    enum Progress: Int64 {
        /// Whether its start command has ended is not known.
        case starting = 0
        case started = 1
        case startFailed = 2
        /// Whether its stop command has ended is not known.
        case closing = 3

        init(_ opening: Opening) {
            switch opening.phase {
            case .starting: self = .starting
            case .open: self = opening.startFailed ? .startFailed : .started
            case .closing: self = .closing
            }
        }
    }

    /// Numbers and times that a daemon can have written: none can overflow.
    private static let sensible: ClosedRange<Int64> = 0...(1 << 52)

    private let opening: Opening
    private let progress: Progress
    /// The boot in which its deadline counts.
    private let bootID: String

    /// From a row; nil if it makes no sense, which no daemon has written then.
    init?(row: [Database.Value]) {
        guard row.count == 13, let name = row[0].text, let ordinal = row[1].integer,
            let address = row[2].text.flatMap({ IPAddress($0) }), let start = row[3].text, let stop = row[4].text,
            let stopLimit = row[6].integer, let openFor = row[7].integer,
            let progress = row[8].integer.flatMap(Progress.init),
            let deadline = row[9].integer, let boot = row[10].text,
            [ordinal, row[5].integer ?? 0, stopLimit, openFor, deadline].allSatisfy(Self.sensible.contains)
        else { return nil }
        var opening = Opening(
            key: OpeningKey(door: DoorIdentity(name: name, ordinal: Int(ordinal)), address: address),
            startCommand: start, stopCommand: stop, startLimit: row[5].integer, stopLimit: stopLimit,
            openFor: openFor, phase: .open, deadline: deadline)
        if let process = row[11].integer.flatMap(Int32.init(exactly:)), process > 1, let began = row[12].integer {
            opening.process = ProcessMark(id: process, began: began)
        }
        opening.startFailed = progress == .startFailed
        if progress == .closing { opening.phase = .closing }
        self.opening = opening
        self.progress = progress
        bootID = boot
    }

    /// The opening as it counts in this boot: overdue, with a deadline of zero, unless it is known to be open in this
    /// very boot. A process of another boot is none.
    func opening(in boot: String) -> Opening {
        var opening = opening
        if progress == .starting || progress == .closing || bootID != boot { opening.deadline = 0 }
        if bootID != boot { opening.process = nil }
        return opening
    }
}

extension Database.Value {
    var integer: Int64? { if case .integer(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
}
