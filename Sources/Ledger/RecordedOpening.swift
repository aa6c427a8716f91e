import Base
import Doors
import Keys

/// An opening as an earlier run of the daemon recorded it.
struct RecordedOpening: Equatable {
    /// The last recorded step of the opening.
    enum Progress: Int64 {
        /// Its start command may or may not have ended.
        case starting = 0
        case started = 1
        case startFailed = 2
        /// Its stop command may or may not have ended.
        case closing = 3

        init(_ opening: Opening) {
            switch opening.phase {
            case .starting: self = .starting
            case .open: self = opening.startFailed ? .startFailed : .started
            case .closing: self = .closing
            }
        }
    }

    /// Numbers and times that a daemon can have written; none of them can cause an overflow.
    static let sensible: ClosedRange<Int64> = 0...(1 << 52)

    private let opening: Opening
    private let progress: Progress
    /// The boot to which its deadlines belong.
    private let bootID: String

    /// Reads a row whose first four columns are the key; nil if it is invalid, so that no daemon has written it.
    ///
    /// - Parameter holds: if there are none, the sequence holds it until its deadline.
    init?(_ key: OpeningKey, row: [Database.Value], holds: [Hold]) {
        guard row.count == 18, let start = row[4].text, let stop = row[5].text,
            let stopLimit = row[9].integer, let openFor = row[10].integer,
            let progress = row[11].integer.flatMap(Progress.init),
            let deadline = row[12].integer, let boot = row[13].text,
            [row[8].integer ?? 0, stopLimit, openFor, deadline].allSatisfy(Self.sensible.contains)
        else { return nil }
        let seconds = row[17].integer.flatMap { Self.sensible.contains($0) ? Int($0) : nil }
        var opening = Opening(
            key: key,
            values: CommandValues(
                address: key.address, key: row[16].text.flatMap { KeyName($0) }, door: key.door.name,
                seconds: seconds ?? Int(openFor / 1000)),
            commands: OpeningCommands(
                start: start, stop: stop, check: row[6].text, startLimit: row[8].integer, stopLimit: stopLimit,
                stopSuccess: row[7].text.flatMap { ExitStatuses($0) } ?? .zero),
            phase: progress == .closing ? .closing : .open,
            holds: holds.isEmpty
                ? [Hold(holder: .sequence, generation: nil, openFor: openFor, deadline: deadline)] : holds)
        if let process = row[14].integer.flatMap(Int32.init(exactly:)), process > 1, let began = row[15].integer {
            opening.process = ProcessIdentity(id: process, began: began)
        }
        opening.startFailed = progress == .startFailed
        self.opening = opening
        self.progress = progress
        bootID = boot
    }

    /// The opening as it is valid in this boot: overdue, with a deadline of zero, unless it is known to be open in this
    /// very boot. A process of another boot is dropped.
    func opening(in boot: String) -> Opening {
        var opening = opening
        if progress == .starting || progress == .closing || bootID != boot { opening.expire() }
        if bootID != boot { opening.process = nil }
        return opening
    }
}
