import Base
import Events
import Linux
import Packets

/// Looks up names of addresses for log lines, by the Resolver. No call waits.
final class HostNames: NameSource {
    private var book = NameBook()
    private let resolver = ResolverProcess()
    private var failures = OnceUntilChanged<String>()

    /// Descriptor to poll.
    var interest: Poller.Interest { resolver.interest }

    func ask(for address: IPAddress, isForProof: Bool, now: Milliseconds) -> NameStanding {
        if let standing = book.standing(of: address, now: now) { return standing }
        if resolver.question?.address == address { return .awaited }
        return book.want(address, isForProof: isForProof, now: now) ? .awaited : .settled(nil)
    }

    func standing(of address: IPAddress, now: Milliseconds) -> NameStanding {
        if let standing = book.standing(of: address, now: now) { return standing }
        return resolver.question?.address == address || book.isWanted(address) ? .awaited : .settled(nil)
    }

    /// Takes answers, ends a look-up that takes too long, and asks the next question.
    ///
    /// - Returns: why the Resolver cannot be started, if that is new. It is started again later.
    func tick(_ now: Milliseconds) -> String? {
        takeAnswers(now)
        if let question = resolver.question, limit(of: question) <= now {
            resolver.end()
            book.learn(nil, of: question.address, now: now)
        }
        guard resolver.isFree(now), let (address, isForProof) = book.takeNext(now: now) else { return nil }
        do {
            try resolver.ask(.init(address: address, isForProof: isForProof, asked: now), now: now)
            return nil
        } catch {
            return news(error.description)
        }
    }

    /// Returns a failure if it is new. The same one is new again once the Resolver has answered.
    private func news(_ failure: String) -> String? {
        failures.isNews(failure) ? failure : nil
    }

    private func takeAnswers(_ now: Milliseconds) {
        while let question = resolver.question {
            switch resolver.receive(now: now) {
            case .answer(let name):
                book.learn(name.flatMap(HostName.init), of: question.address, now: now)
                failures.forget()
            case .failed: book.learn(nil, of: question.address, now: now)
            case .nothing: return
            }
        }
        // An answer without a question is a failure of the Resolver.
        _ = resolver.receive(now: now)
    }

    /// When the look-up is abandoned: earlier if it holds up the name of a source with a proof.
    private func limit(of question: ResolverProcess.Question) -> Milliseconds {
        let isInTheWay = !question.isForProof && book.hasProofWaiting
        return question.asked + (isInTheWay ? DoorkeeperLimits.nameWaitWithStrangers : DoorkeeperLimits.nameWait)
    }

    /// When to call `tick` next; nil while there is nothing to do but wait for the Resolver.
    func nextDeadline(_ now: Milliseconds) -> Milliseconds? {
        if let question = resolver.question { return limit(of: question) }
        return book.wantedCount > 0 ? max(resolver.startAt, now) : nil
    }

    /// Ends the Resolver, and returns its process id.
    func end() -> Int32? {
        defer { resolver.end() }
        return resolver.process
    }

    /// Whether this child is the Resolver.
    func isProcess(_ child: Int32) -> Bool { resolver.isProcess(child) }

    /// Handles the Resolver's end. Answers that it sent before are valid.
    ///
    /// - Returns: how it ended, if that is new.
    func childEnded(_ ending: ChildProcess.Ending, now: Milliseconds) -> String? {
        takeAnswers(now)
        if let question = resolver.question { book.learn(nil, of: question.address, now: now) }
        resolver.ended(now: now)
        switch ending {
        case .exited(let status): return news("exit status \(status)")
        case .killed(let signal): return news("signal \(signal)")
        }
    }
}
