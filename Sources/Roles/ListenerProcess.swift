import Linux

/// The Doorkeeper's side of the Listener: starts it, speaks with it, and starts another when it ends.
final class ListenerProcess {
    private static let firstPause: Milliseconds = 100
    private static let longestPause: Milliseconds = 10_000
    /// Who has listened for so long was well.
    private static let proven: Milliseconds = 30_000

    private var channel: RoleChannel?
    private var process: Int32?
    private var waiting: [[UInt8]] = []
    private var pause = ListenerProcess.firstPause
    private var startedAt: Milliseconds = 0
    /// When to start the next one; nil while one runs.
    private(set) var startAt: Milliseconds? = 0

    /// What to poll for.
    var interest: Poller.Interest {
        Poller.Interest(channel?.descriptor.number ?? -1, forRoom: !waiting.isEmpty)
    }

    /// Starts a Listener and sends it its orders.
    func start(_ orders: [ListenerOrder], now: Milliseconds) throws(SystemError) {
        startedAt = now
        startAt = now + pause
        let (ours, theirs) = try RoleChannel.socketPair()
        channel = try RoleChannel(ours, messageSize: RoleMessage.size)
        waiting = []
        process = try ChildProcess.runSelf(["knockd", roleArgument], channel: theirs)
        startAt = nil
        send(orders)
    }

    /// The argument that tells the binary which role to take.
    private let roleArgument = RoleArgument.listener

    /// Sends orders to the Listener that runs, if one does.
    func send(_ orders: [ListenerOrder]) {
        guard channel != nil else { return }
        waiting += orders.map(\.message)
        sendWaiting()
    }

    /// Sends what the channel had no room for.
    func sendWaiting() {
        guard let channel else { return }
        var sent = 0
        while sent < waiting.count, case .sent = channel.send(waiting[sent]) { sent += 1 }
        waiting.removeFirst(sent)
    }

    /// What the Listener has sent.
    func receive() -> RoleChannel.Received {
        channel?.receive() ?? .nothing
    }

    /// Ends it; `childEnded` follows.
    func end() {
        channel = nil
        if let process { ChildProcess.end(process: process) }
    }

    /// A child has ended. Returns the pause until the next Listener starts, if the child was the Listener.
    func childEnded(_ ended: Int32, now: Milliseconds) -> Milliseconds? {
        guard ended == process else { return nil }
        process = nil
        channel = nil
        if now - startedAt >= Self.proven { pause = Self.firstPause }
        defer { pause = min(pause * 2, Self.longestPause) }
        startAt = now + pause
        return pause
    }
}
