import Base
import Confinement
import Events
import Linux
import Messages

/// Watches over one role: what it was given and asked, what of its reports can be true, and how it does by the clock.
///
/// It is a value: it starts, ends and logs nothing. `judge` changes nothing either; `take` notes what was believed.
struct Supervisor<Talk: Conversation> {
    /// What a report says that can be true.
    enum Fact: Equatable {
        /// It has answered: all that it was asked, or some of it.
        case isWell(hasAnsweredAll: Bool)
        case isJailed(Jail.Fences)
        /// It has said why it is about to end.
        case isAboutToEnd(String)
        case own(Talk.Fact)
    }

    enum Verdict: Equatable {
        case fact(Fact)
        /// The role is to be ended, and this is told of it.
        case violation(String)
    }

    /// What there was to take.
    enum Taken: Equatable {
        case verdict(Verdict)
        case nothing
        /// The role has closed its channel.
        case hungUp
    }

    /// What was said.
    var talk: Talk
    private(set) var health = RoleHealth()
    /// How often it was asked and has not answered.
    private var unanswered = 0
    private var isJailed = false
    /// What it said before it ended.
    private var failure: String?
    /// How often any role of this kind had to be ended for what it sent.
    private var violationCount = 0

    init(_ talk: Talk) { self.talk = talk }

    // MARK: Judging

    /// Whether a message can be true, and what it says then.
    func judge(_ message: [UInt8], now: Milliseconds, mayBeLoopback: Bool) -> Verdict {
        guard let report = Talk.report(message) else { return .violation(Violation.meansNothing) }
        switch talk.meaning(of: report, now: now, mayBeLoopback: mayBeLoopback) {
        case .fact(let fact): return .fact(.own(fact))
        case .answer:
            if unanswered > 0 { return .fact(.isWell(hasAnsweredAll: unanswered == 1)) }
        case .jail(.entered(let fences)):
            if !isJailed { return .fact(.isJailed(fences)) }
        case .jail(.trapped(let call)):
            return .fact(
                .isAboutToEnd("it made the system call \(Sandbox.name(ofCall: call)), which its jail forbids"))
        case .failure(let reason): return .fact(.isAboutToEnd(reason))
        case .untrue: break
        }
        return .violation(Violation.untrue)
    }

    /// Takes what its channel has, and notes what is believed.
    mutating func take(_ received: RoleChannel.Received, now: Milliseconds, mayBeLoopback: Bool) -> Taken {
        switch received {
        case .message(let message):
            health.speaks()
            let verdict = judge(message, now: now, mayBeLoopback: mayBeLoopback)
            if case .fact(let fact) = verdict { note(fact, now: now) }
            return .verdict(verdict)
        case .wrongSize(let size): return .verdict(.violation(Violation.size(size)))
        case .nothing: return .nothing
        case .closed:
            health.hangsUp(now: now)
            return .hungUp
        }
    }

    private mutating func note(_ fact: Fact, now: Milliseconds) {
        switch fact {
        case .isWell: unanswered -= 1
        case .isJailed: isJailed = true
        case .isAboutToEnd(let reason): failure = reason
        case .own(let fact): talk.note(fact, now: now)
        }
    }

    /// It is ended for this: counts that, and says what is to be told.
    mutating func violates(_ what: String) -> Event {
        violationCount += 1
        return .role(.misbehaved(Talk.role, what, times: violationCount))
    }

    // MARK: What it is given

    /// One starts with these controls.
    mutating func starts(_ controls: [Talk.Control], now: Milliseconds) {
        talk.begin(controls)
        (unanswered, isJailed, failure) = (0, false, nil)
        health.starts(now: now)
    }

    /// It could not be started. Returns the pause until that is tried again.
    @discardableResult
    mutating func failedToStart(now: Milliseconds) -> Milliseconds { health.failedToStart(now: now) }

    /// The one that runs, if one does, is given more.
    mutating func give(_ controls: [Talk.Control]) { talk.give(controls) }

    /// It is asked for an answer, whenever that comes.
    mutating func isAsked() { unanswered += 1 }

    /// It is asked whether it is well; false if it was asked and has said nothing since.
    mutating func isPinged(now: Milliseconds) -> Bool {
        guard health.isAsked(now: now) else { return false }
        unanswered += 1
        return true
    }

    // MARK: Its end

    /// It is being ended.
    mutating func isEnded() { health.isEnded() }

    /// None is wanted for now.
    mutating func disable() { health.disable() }

    /// It has ended. Returns the pause until the next one starts.
    mutating func hasEnded(now: Milliseconds) -> Milliseconds { health.hasEnded(now: now) }

    /// Why it has ended: what it said itself, or else how that looked.
    func reason(_ ending: String) -> String { failure ?? ending }
}
