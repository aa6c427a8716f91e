import Base
import Linux
import Messages

/// Sends reports to the Doorkeeper over its channel. A report for which the channel has no room waits. A report that is
/// only for the log and that any sender can cause has a rate, and leaves room to the others.
struct ReportSender {
    /// Reports that are only for the log.
    enum Line {
        case attempt
        /// For standard output only, and only on request.
        case packet
    }

    let channel: RoleChannel
    /// What to report besides proofs.
    var extent = ListenerControl.Reporting.nothing
    private var waiting = ReportQueue()
    private var attempts = TokenBucket(
        burst: ListenerLimits.attemptLines.burst, perSecond: ListenerLimits.attemptLines.perSecond)
    private var packets = TokenBucket(
        burst: ListenerLimits.packetLines.burst, perSecond: ListenerLimits.packetLines.perSecond)
    private var leftOut = LeftOutLines(longestPause: ListenerLimits.leftOutPause)

    init(channel: RoleChannel) { self.channel = channel }

    /// Whether reports wait for room in the channel.
    var isWaiting: Bool { !waiting.isEmpty }

    /// When to call `tellLeftOut`; nil if no report is due.
    var nextTelling: Milliseconds? { leftOut.nextTelling }

    mutating func send(_ report: ListenerReport) {
        waiting.append(report.message)
        sendWaiting()
    }

    /// Sends as many waiting reports as the channel has room for.
    mutating func sendWaiting() {
        while let message = waiting.first, case .sent = channel.send(message) { waiting.removeFirst() }
    }

    /// Sends a completed sequence of a door.
    mutating func sendProof(_ report: ListenerReport, at door: Int, now: Milliseconds) {
        guard waiting.hasRoom(forProofAt: door) else { return leftOut.add(now: now) }
        waiting.append(report.message, isProofAt: door)
        sendWaiting()
    }

    /// Sends a report that is only for the log and that any sender can cause, within its rate.
    mutating func sendForLog(_ report: ListenerReport, _ line: Line, now: Milliseconds) {
        guard waiting.hasRoomForLog, mayWrite(line, now: now) else { return leftOut.add(now: now) }
        send(report)
    }

    private mutating func mayWrite(_ line: Line, now: Milliseconds) -> Bool {
        switch line {
        case .attempt: attempts.take(now: now)
        case .packet: packets.take(now: now)
        }
    }

    /// Reports how many lines were omitted, if a report is due.
    mutating func tellLeftOut(now: Milliseconds) {
        if let count = leftOut.take(now: now) { send(.leftOut(UInt32(clamping: count))) }
    }
}
