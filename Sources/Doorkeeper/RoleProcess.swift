import Base
import Confinement
import Linux
import Messages

/// The Doorkeeper's side of a role that always runs: its process and its channel. What it does with them its `Supervisor`
/// decides, a value without a kernel.
final class RoleProcess<Talk: Conversation> {
    /// The arguments that make the program this role, and say how it is confined.
    private let arguments: [String]
    /// As whom it runs. That is fixed at the start, and so is whether it has a sandbox.
    let user: RoleUsers.User
    /// Its end of the channel between the Listener and the Verifier. It is kept here, so that either can be replaced without
    /// the other.
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

    /// What to poll for.
    var interest: Poller.Interest {
        Poller.Interest(channel?.descriptor.number ?? -1, forRoom: !waiting.isEmpty)
    }

    /// Starts the role and sends it its controls. One that runs is ended.
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

    /// Whether it runs, or will.
    var isWanted: Bool { process != nil || health.startAt != nil }

    /// None is wanted for now.
    func disable() {
        end()
        process = nil
        supervisor.disable()
    }

    // MARK: What it is sent

    /// Asks whether it is well; false if it was asked and has said nothing since.
    func ping(now: Milliseconds) -> Bool {
        guard supervisor.isPinged(now: now) else { return false }
        queue([.ping])
        return true
    }

    /// Asks for an answer that follows all controls up to now, whenever it comes.
    func ask() {
        guard channel != nil else { return }
        supervisor.isAsked()
        queue([.ping])
    }

    /// Sends controls to the one that runs, if one does; what there is no room for waits.
    func send(_ controls: [Talk.Control]) {
        supervisor.give(controls)
        queue(controls)
    }

    private func queue(_ controls: [Talk.Control]) {
        guard channel != nil else { return }
        waiting.append(controls)
        sendWaiting()
    }

    /// Sends what the channel had no room for.
    func sendWaiting() {
        guard let channel else { return }
        waiting.send { message in
            if case .sent = channel.send(message) { true } else { false }
        }
    }

    /// Whether more waits for it than a role that takes what it is sent can have asked for.
    var isBehind: Bool { waiting.count > DoorkeeperLimits.waitingOrders }

    // MARK: What it sends

    /// What it has sent, judged.
    ///
    /// - Parameter mayBeLoopback: whether a packet can come from this host itself.
    func receive(now: Milliseconds, mayBeLoopback: Bool) -> Supervisor<Talk>.Taken {
        let taken = supervisor.take(channel?.receive() ?? .nothing, now: now, mayBeLoopback: mayBeLoopback)
        if taken == .hungUp { channel = nil }
        return taken
    }

    // MARK: Its end

    /// Ends it if it has hung up and is still there.
    func endIfDue(now: Milliseconds) {
        if health.isEndDue(now) { end() }
    }

    /// Ends it; `childEnded` follows.
    func end() {
        channel = nil
        supervisor.isEnded()
        if let process { ChildProcess.end(process: process, of: user.account.user) }
    }

    /// Whether this child is the role.
    func isProcess(_ child: Int32) -> Bool { child == process }

    /// It has ended. Returns the pause until the next one starts.
    func ended(now: Milliseconds) -> Milliseconds {
        (process, channel) = (nil, nil)
        return supervisor.hasEnded(now: now)
    }
}
