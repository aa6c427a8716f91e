import Base
import Confinement
import Linux
import Messages

/// The Doorkeeper's side of a role that always runs: starts it, speaks with it, and starts another when it ends.
final class RoleProcess<Control: RoleControl> {
    /// The arguments that make the program this role, and say how it is confined.
    private let arguments: [String]
    private let user: UInt32

    private var channel: RoleChannel?
    private(set) var process: Int32?
    private var waiting = ControlQueue<Control>()
    private var pause = DoorkeeperLimits.firstRolePause
    private var startedAt: Milliseconds = 0
    /// When to start the next one; nil while one runs, or none is wanted.
    private(set) var startAt: Milliseconds?
    /// When to ask it whether it is well, and whether it has said anything since it was asked.
    private(set) var pingAt: Milliseconds?
    private var isSilent = false
    private var unanswered = 0
    private var isJailed = false

    /// When to end one that has hung up.
    private(set) var endAt: Milliseconds?

    init(name: String, argument: String, jail: Jail) {
        arguments = [name, argument, jail.argument]
        user = jail.user
    }

    /// What to poll for.
    var interest: Poller.Interest {
        Poller.Interest(channel?.descriptor.number ?? -1, forRoom: !waiting.isEmpty)
    }

    /// Starts the role and sends it its controls. One that runs is ended.
    ///
    /// - Parameter link: its end of a channel to another role, if it has one.
    func start(_ controls: [Control], link: Descriptor? = nil, now: Milliseconds) throws(SystemError) {
        end()
        process = nil
        startedAt = now
        waiting = ControlQueue<Control>()
        startAt = nil
        (pingAt, isSilent, unanswered, isJailed) = (now + DoorkeeperLimits.roleAnswer, false, 0, false)
        do {
            let (ours, theirs) = try RoleChannel.socketPair()
            channel = try RoleChannel(ours, messageSize: RoleMessage.size)
            process = try ChildProcess.runSelf(arguments, channels: [theirs] + (link.map { [$0] } ?? []))
        } catch {
            channel = nil
            scheduleStart(now)
            throw error
        }
        send(controls)
    }

    /// Whether it runs, or will.
    var isWanted: Bool { process != nil || startAt != nil }

    /// None is wanted for now.
    func disable() {
        end()
        process = nil
        (startAt, pingAt) = (nil, nil)
    }

    /// Asks whether it is well; false if it was asked and has said nothing since.
    func ping(now: Milliseconds) -> Bool {
        defer { pingAt = now + DoorkeeperLimits.roleAnswer }
        // Who comes so late has slept himself, and the role with him.
        let hasSlept = now - (pingAt ?? now) > DoorkeeperLimits.roleAnswer
        if isSilent, !hasSlept { return false }
        isSilent = true
        unanswered += 1
        send([.ping])
        return true
    }

    /// Asks for an answer that follows all controls up to now, whenever it comes.
    func ask() {
        guard channel != nil else { return }
        unanswered += 1
        send([.ping])
    }

    /// Whether it has answered all that it was asked.
    var hasAnsweredAll: Bool { unanswered == 0 }

    /// It has answered; false if it was not asked.
    func hasAnswered() -> Bool {
        unanswered -= 1
        return unanswered >= 0
    }

    /// It says that it is in its jail; false if it has said so before.
    func hasEnteredJail() -> Bool {
        defer { isJailed = true }
        return !isJailed
    }

    /// Sends controls to the one that runs, if one does; what there is no room for waits.
    func send(_ controls: [Control]) {
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

    /// What it has sent.
    func receive() -> RoleChannel.Received {
        let received = channel?.receive() ?? .nothing
        if case .message = received { isSilent = false }
        return received
    }

    /// It has closed its channel: it is about to end, and is ended if it does not.
    func hasHungUp(now: Milliseconds) {
        channel = nil
        endAt = now + DoorkeeperLimits.roleHangUp
    }

    /// Ends it if it has hung up and is still there.
    func endIfDue(now: Milliseconds) {
        if let moment = endAt, moment <= now { end() }
    }

    /// Ends it; `childEnded` follows.
    func end() {
        channel = nil
        endAt = nil
        if let process { ChildProcess.end(process: process, of: user) }
    }

    /// Whether this child is the role.
    func isProcess(_ child: Int32) -> Bool { child == process }

    /// It has ended. Returns the pause until the next one starts.
    func ended(now: Milliseconds) -> Milliseconds {
        process = nil
        channel = nil
        (endAt, pingAt) = (nil, nil)
        if now - startedAt >= DoorkeeperLimits.provenRole { pause = DoorkeeperLimits.firstRolePause }
        return scheduleStart(now)
    }

    @discardableResult
    private func scheduleStart(_ now: Milliseconds) -> Milliseconds {
        defer { pause = min(pause * 2, DoorkeeperLimits.longestRolePause) }
        startAt = now + pause
        return pause
    }
}
