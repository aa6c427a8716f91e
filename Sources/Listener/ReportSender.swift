import Base
import Linux
import Messages

/// Reports to the Doorkeeper over its channel. What the channel has no room for waits; what anybody can cause, and nobody
/// needs but the log, has a rate and leaves room to what matters.
struct ReportSender {
    /// Reports that a line of the log follows from.
    enum Line {
        case attempt
        /// To standard output alone, and only if asked for.
        case packet
    }

    let channel: RoleChannel
    /// What is reported besides proofs.
    var extent = ListenerControl.Reporting.nothing
    private var waiting = ReportQueue()
    private var attempts = TokenBucket(
        burst: ListenerLimits.attemptLines.burst, perSecond: ListenerLimits.attemptLines.perSecond)
    private var packets = TokenBucket(
        burst: ListenerLimits.packetLines.burst, perSecond: ListenerLimits.packetLines.perSecond)
    private var leftOut = LeftOutLines(longestPause: ListenerLimits.leftOutPause)

    init(channel: RoleChannel) { self.channel = channel }

    /// Whether reports wait for room.
    var isWaiting: Bool { !waiting.isEmpty }

    /// When to call `tellLeftOut`; nil while nothing was left out.
    var nextTelling: Milliseconds? { leftOut.nextTelling }

    mutating func send(_ report: ListenerReport) {
        waiting.append(report.message)
        sendWaiting()
    }

    /// Sends what the channel has room for.
    mutating func sendWaiting() {
        while let message = waiting.first, case .sent = channel.send(message) { waiting.removeFirst() }
    }

    /// Sends a completed sequence of a door.
    mutating func sendProof(_ report: ListenerReport, at door: Int, now: Milliseconds) {
        guard waiting.hasRoom(forProofAt: door) else { return leftOut.add(now: now) }
        waiting.append(report.message, isProofAt: door)
        sendWaiting()
    }

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

    /// Says how many lines were left out, once it is time to.
    mutating func tellLeftOut(now: Milliseconds) {
        if let count = leftOut.take(now: now) { send(.leftOut(UInt32(clamping: count))) }
    }
}
