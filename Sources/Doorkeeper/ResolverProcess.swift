import Base
import Confinement
import Linux
import Messages
import Packets

/// The Doorkeeper's side of the Resolver: starts it when there is something to ask, asks one question at a time, and
/// ends one that does not answer. It never waits.
final class ResolverProcess {
    /// A question that was not answered yet.
    struct Question {
        let address: IPAddress
        let isForProof: Bool
        let asked: Milliseconds
    }

    /// What there was to receive.
    enum Received {
        case answer(name: String?)
        case nothing
        /// It has gone, or said what it must not, and was ended.
        case failed
    }

    private var channel: RoleChannel?
    private(set) var process: Int32?
    /// One that has failed, and whose end nobody has heard of yet.
    private var failed: Int32?
    private(set) var question: Question?
    /// When another may be started.
    private(set) var startAt: Milliseconds = 0

    /// What to poll for.
    var interest: Poller.Interest { Poller.Interest(channel?.descriptor.number ?? -1) }

    /// Whether it can be asked now.
    func isFree(_ now: Milliseconds) -> Bool { question == nil && (channel != nil || startAt <= now) }

    /// Asks the Resolver, which is started if none runs; only when it is free.
    func ask(_ question: Question, now: Milliseconds) throws(SystemError) {
        if channel == nil { try start(now) }
        guard let channel, case .sent = channel.send(ResolverMessage.question(question.address).message) else {
            return fail(now)
        }
        self.question = question
    }

    private func start(_ now: Milliseconds) throws(SystemError) {
        do {
            let (ours, theirs) = try RoleChannel.socketPair()
            let channel = try RoleChannel(ours, messageSize: RoleMessage.size)
            process = try ChildProcess.runSelf([RoleName.resolver, RoleArgument.resolver], channels: [theirs])
            self.channel = channel
        } catch {
            fail(now)
            throw error
        }
    }

    /// What the Resolver has sent. An answer is one to the question that was asked, and to no other.
    func receive(now: Milliseconds) -> Received {
        guard let channel else { return .nothing }
        switch channel.receive() {
        case .nothing: return .nothing
        case .message(let bytes):
            if case .answer(let address, let name)? = ResolverMessage(bytes), address == question?.address {
                question = nil
                return .answer(name: name)
            }
        case .wrongSize, .closed: break
        }
        fail(now)
        return .failed
    }

    /// Ends it and its question; the next question starts another.
    func end() {
        if let process { ChildProcess.end(process: process, of: Privileges.resolver) }
        (channel, process, question) = (nil, nil, nil)
    }

    private func fail(_ now: Milliseconds) {
        failed = process ?? failed
        end()
        startAt = now + DoorkeeperLimits.resolverPause
    }

    /// Whether this child is the Resolver; one that this side has ended without a failure is forgotten.
    func isProcess(_ child: Int32) -> Bool { child == process || child == failed }

    /// It has ended by itself, or because it failed, or somebody else has ended it.
    func ended(now: Milliseconds) {
        if process != nil { fail(now) }
        failed = nil
    }
}
