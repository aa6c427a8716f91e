import Base
import Events
import Linux

/// One of the daemon's outputs. It counts the lines that nobody took there, and tells their number with the next one.
struct JournalOutput {
    private var leftOutLines = Counter()
    /// Lines whose number is still to be told there.
    var leftOut: UInt64 { leftOutLines.unreported }
    /// The last line has no end.
    private var isTorn = false

    /// Writes a line, or counts it: nothing waits.
    ///
    /// - Parameter time: what stands before each line.
    mutating func write(_ line: String, time: String = "", to number: Int32) {
        // In one write, so that the number does not take the place of a line.
        let outcome = Output.put((isTorn ? "\n" : "") + remark(time) + time + line, to: number)
        switch outcome {
        case .written: _ = leftOutLines.report()
        case .torn, .leftOut: leftOutLines.add()
        }
        if outcome != .leftOut { isTorn = outcome == .torn }
    }

    /// What follows is written to another file.
    mutating func hasMoved() { isTorn = false }

    private func remark(_ time: String) -> String {
        leftOut == 0 ? "" : time + (EventLine(.daemon(.linesNotTaken(Int(clamping: leftOut)))).log ?? "") + "\n"
    }
}
