import Base
import Confinement
import Linux
import Messages

/// The Doorkeeper's side of a permanent role: its process and its channel. Its `Supervisor`, a value without system
/// calls, makes the decisions.
final class RoleProcess<Talk: Conversation> {
    /// Arguments that make the program this role and describe its jail.
    private let arguments: [String]
    /// The role's user. It is fixed at the start, and so is the sandbox.
    let user: RoleUsers.User
    /// The role's end of the channel between the Listener and the Verifier. The Doorkeeper keeps it, so that it can
    /// replace one role without the other.
    private let link: Descriptor
    private var channel: RoleChannel?
    private(set) var process: Int32?
    private var waiting = ControlQueue<Talk.Control>()
    var supervisor: Supervisor<Talk>

    init(
        name: String, argument: String, user: RoleUsers.User, isSandboxed: Bool, link: Descriptor, _ talk: Talk
    ) {
        arguments = [name, argument, Jail(user, isSandboxed: isSandboxed).argument]
        self.user = user
        self.link = link
        supervisor = Supervisor(talk)
    }

    var health: RoleHealth { supervisor.health }

    /// Descriptor to poll.
    var interest: Poller.Interest {
        Poller.Interest(channel?.descriptor.number ?? -1, forRoom: !waiting.isEmpty)
    }

    /// Starts the role and sends its controls. A running one is killed.
    func start(_ controls: [Talk.Control], now: Milliseconds) throws(SystemError) {
        end()
        process = nil
        waiting = ControlQueue<Talk.Control>()
        supervisor.starts(controls, now: now)
        do {
            let (ours, theirs) = try RoleChannel.socketPair()
            channel = try RoleChannel(ours, messageSize: RoleMessage.size)
            process = try ChildProcess.runSelf(arguments, channels: [theirs, link])
        } catch {
            channel = nil
            supervisor.failedToStart(now: now)
            throw error
        }
        queue(controls)
    }

    /// Whether it runs, or is to be started.
    var isWanted: Bool { process != nil || health.startAt != nil }

    /// Ends the role, and starts no other.
    func disable() {
        end()
        process = nil
        supervisor.disable()
    }

    // MARK: Controls and questions

    /// Pings the role; false if it has sent nothing since the last ping.
    func ping(now: Milliseconds) -> Bool {
        guard supervisor.isPinged(now: now) else { return false }
        queue([.ping])
        return true
    }

    /// Asks for an answer that follows all controls sent so far. The answer has no time limit of its own.
    func ask() {
        guard channel != nil else { return }
        supervisor.isAsked()
        queue([.ping])
    }

    /// Sends controls to the running role, if there is one. They wait if the channel has no room.
    func send(_ controls: [Talk.Control]) {
        supervisor.give(controls)
        queue(controls)
    }

    private func queue(_ controls: [Talk.Control]) {
        guard channel != nil else { return }
        waiting.append(controls)
        sendWaiting()
    }

    /// Sends controls that the channel had no room for.
    func sendWaiting() {
        guard let channel else { return }
        waiting.send { message in
            if case .sent = channel.send(message) { true } else { false }
        }
    }

    /// Whether more controls wait than a role that reads its channel can have caused.
    var isBehind: Bool { waiting.count > DoorkeeperLimits.waitingOrders }

    // MARK: Reports

    /// Takes and judges one message of the role.
    ///
    /// - Parameter mayBeLoopback: whether packets can come from this host itself.
    func receive(now: Milliseconds, mayBeLoopback: Bool) -> Supervisor<Talk>.Taken {
        let taken = supervisor.take(channel?.receive() ?? .nothing, now: now, mayBeLoopback: mayBeLoopback)
        if taken == .hungUp { channel = nil }
        return taken
    }

    // MARK: End

    /// Kills it if it has closed its channel and still runs.
    func endIfDue(now: Milliseconds) {
        if health.isEndDue(now) { end() }
    }

    /// Kills the role. Call `ended` when it is reaped.
    func end() {
        channel = nil
        supervisor.isEnded()
        if let process { ChildProcess.end(process: process, of: user.account.user) }
    }

    /// Whether this child is the role.
    func isProcess(_ child: Int32) -> Bool { child == process }

    /// Notes its end, and returns the pause before the next one starts.
    func ended(now: Milliseconds) -> Milliseconds {
        (process, channel) = (nil, nil)
        return supervisor.hasEnded(now: now)
    }
}
