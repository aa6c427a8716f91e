import Events
import Linux

/// One of the daemon's outputs. It counts the lines that nobody took there, and tells their number with the next one.
struct JournalOutput {
    private(set) var leftOut = 0
    /// The last line has no end.
    private var isTorn = false

    /// Writes a line, or counts it: nothing waits.
    ///
    /// - Parameter time: what stands before each line.
    mutating func write(_ line: String, time: String = "", to number: Int32) {
        // In one write, so that the number does not take the place of a line.
        let outcome = Output.put((isTorn ? "\n" : "") + remark(time) + time + line, to: number)
        switch outcome {
        case .written: (leftOut, isTorn) = (0, false)
        case .torn: (leftOut, isTorn) = (leftOut + 1, true)
        case .leftOut: leftOut += 1
        }
    }

    /// What follows is written to another file.
    mutating func hasMoved() { isTorn = false }

    private func remark(_ time: String) -> String {
        leftOut == 0 ? "" : time + (EventLine(.daemon(.linesNotTaken(leftOut))).log ?? "") + "\n"
    }
}
