import Base
import Events
import Linux

/// One of the daemon's outputs. It counts the lines that could not be written, and reports their number with the next
/// line.
struct JournalOutput {
    private var leftOutLines = Counter()
    /// Number of lost lines that is not reported yet.
    var leftOut: UInt64 { leftOutLines.unreported }
    /// Whether the last line was written in part only.
    private var isTorn = false

    /// Writes a line, or counts it if the output is full. It never waits.
    ///
    /// - Parameter time: time stamp in front of each line.
    mutating func write(_ line: String, time: String = "", to number: Int32) {
        // One write, so that the number does not take the place of a line.
        let outcome = Output.put((isTorn ? "\n" : "") + remark(time) + time + line, to: number)
        switch outcome {
        case .written: _ = leftOutLines.report()
        case .torn, .leftOut: leftOutLines.add()
        }
        if outcome != .leftOut { isTorn = outcome == .torn }
    }

    /// Notes that the next line goes to another file.
    mutating func hasMoved() { isTorn = false }

    private func remark(_ time: String) -> String {
        leftOut == 0 ? "" : time + (EventLine(.daemon(.linesNotTaken(Int(clamping: leftOut)))).log ?? "") + "\n"
    }
}
