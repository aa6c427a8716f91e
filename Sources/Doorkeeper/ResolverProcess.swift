import Base
import Confinement
import Linux
import Messages
import Packets

/// The Doorkeeper's side of the Resolver: it starts the Resolver on demand, asks one question at a time, and kills one
/// that does not answer. It never waits.
final class ResolverProcess {
    /// A question without an answer yet.
    struct Question {
        let address: IPAddress
        let isForProof: Bool
        let asked: Milliseconds
    }

    /// Result of reading the channel.
    enum Received {
        case answer(name: String?)
        case nothing
        /// The Resolver has gone, or sent an invalid message and was killed.
        case failed
    }

    private var channel: RoleChannel?
    private(set) var process: Int32?
    /// A Resolver that failed and was not reaped yet.
    private var failed: Int32?
    private(set) var question: Question?
    /// When the next Resolver may be started.
    private(set) var startAt: Milliseconds = 0

    /// Descriptor to poll.
    var interest: Poller.Interest { Poller.Interest(channel?.descriptor.number ?? -1) }

    /// Whether a question can be asked now.
    func isFree(_ now: Milliseconds) -> Bool { question == nil && (channel != nil || startAt <= now) }

    /// Asks a question, and starts a Resolver if none runs. Call it only if `isFree`.
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

    /// Takes a message of the Resolver. Only an answer to the current question is valid.
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

    /// Kills the Resolver and drops its question. The next question starts another.
    func end() {
        if let process { ChildProcess.end(process: process, of: Privileges.resolver) }
        (channel, process, question) = (nil, nil, nil)
    }

    private func fail(_ now: Milliseconds) {
        failed = process ?? failed
        end()
        startAt = now + DoorkeeperLimits.resolverPause
    }

    /// Whether this child is the Resolver. One that was killed without a failure is forgotten.
    func isProcess(_ child: Int32) -> Bool { child == process || child == failed }

    /// Notes that the Resolver was reaped, whatever ended it.
    func ended(now: Milliseconds) {
        if process != nil { fail(now) }
        failed = nil
    }
}
