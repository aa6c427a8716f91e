import Linux

/// The Doorkeeper's side of the Listener: starts it, speaks with it, and starts another when it ends.
final class ListenerProcess {
    private static let firstPause: Milliseconds = 100
    private static let longestPause: Milliseconds = 2000
    /// Who has listened for so long was well.
    private static let proven: Milliseconds = 30_000

    /// From one question whether it is well to the next, and the longest that an answer may take.
    static let patience: Milliseconds = 10_000
    /// From hanging up to being ended.
    private static let grace: Milliseconds = 1000

    private var channel: RoleChannel?
    private var process: Int32?
    private var waiting = OrderQueue()
    private var pause = ListenerProcess.firstPause
    private var startedAt: Milliseconds = 0
    /// When to start the next one; nil while one runs, or none is wanted.
    private(set) var startAt: Milliseconds?
    /// When to ask it whether it is well, and whether it has said anything since it was asked.
    private(set) var pingAt: Milliseconds?
    private var isSilent = false
    private var unanswered = 0

    /// When to end one that has hung up.
    private(set) var endAt: Milliseconds?

    /// What to poll for.
    var interest: Poller.Interest {
        Poller.Interest(channel?.descriptor.number ?? -1, forRoom: !waiting.isEmpty)
    }

    /// Starts a Listener and sends it its orders. One that runs is ended.
    func start(_ orders: [ListenerOrder], now: Milliseconds) throws(SystemError) {
        end()
        process = nil
        startedAt = now
        waiting = OrderQueue()
        startAt = nil
        (pingAt, isSilent, unanswered) = (now + Self.patience, false, 0)
        do {
            let (ours, theirs) = try RoleChannel.socketPair()
            channel = try RoleChannel(ours, messageSize: RoleMessage.size)
            process = try ChildProcess.runSelf(["knockd", RoleArgument.listener], channel: theirs)
        } catch {
            channel = nil
            scheduleStart(now)
            throw error
        }
        send(orders)
    }

    /// No Listener is wanted for now.
    func rest() {
        end()
        process = nil
        (startAt, pingAt) = (nil, nil)
    }

    /// Asks whether it is well; false if it was asked and has said nothing since.
    func ping(now: Milliseconds) -> Bool {
        defer { pingAt = now + Self.patience }
        // Who comes so late has slept himself, and the Listener with him.
        let hasSlept = now - (pingAt ?? now) > Self.patience
        if isSilent, !hasSlept { return false }
        isSilent = true
        unanswered += 1
        send([.ping])
        return true
    }

    /// It has answered; false if it was not asked.
    func hasAnswered() -> Bool {
        unanswered -= 1
        return unanswered >= 0
    }

    /// Sends orders to the Listener that runs, if one does; what there is no room for waits.
    func send(_ orders: [ListenerOrder]) {
        guard channel != nil else { return }
        waiting.append(orders)
        sendWaiting()
    }

    /// Sends what the channel had no room for.
    func sendWaiting() {
        guard let channel else { return }
        waiting.send { message in
            if case .sent = channel.send(message) { true } else { false }
        }
    }

    /// What the Listener has sent.
    func receive() -> RoleChannel.Received {
        let received = channel?.receive() ?? .nothing
        if case .message = received { isSilent = false }
        return received
    }

    /// The Listener has closed its channel: it is about to end, and is ended if it does not.
    func hasHungUp(now: Milliseconds) {
        channel = nil
        endAt = now + Self.grace
    }

    /// Ends it if it has hung up and is still there.
    func endIfDue(now: Milliseconds) {
        if let moment = endAt, moment <= now { end() }
    }

    /// Ends it; `childEnded` follows.
    func end() {
        channel = nil
        endAt = nil
        if let process { ChildProcess.end(process: process) }
    }

    /// Whether this child is the Listener.
    func isProcess(_ child: Int32) -> Bool { child == process }

    /// It has ended. Returns the pause until the next one starts.
    func ended(now: Milliseconds) -> Milliseconds {
        process = nil
        channel = nil
        (endAt, pingAt) = (nil, nil)
        if now - startedAt >= Self.proven { pause = Self.firstPause }
        return scheduleStart(now)
    }

    @discardableResult
    private func scheduleStart(_ now: Milliseconds) -> Milliseconds {
        defer { pause = min(pause * 2, Self.longestPause) }
        startAt = now + pause
        return pause
    }
}
