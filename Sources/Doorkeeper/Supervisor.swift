import Base
import Confinement
import Events
import Linux
import Messages

/// Supervises one role: the controls and questions it was sent, the reports that can be true, and its timers.
///
/// It is a value: it starts, kills and logs nothing. `judge` changes nothing either; `take` notes what was accepted.
struct Supervisor<Talk: Conversation> {
    /// A report that can be true.
    enum Fact: Equatable {
        /// It has answered a question, perhaps the last outstanding one.
        case isWell(hasAnsweredAll: Bool)
        case isJailed(Jail.Fences)
        /// It is about to end, for this reason.
        case isAboutToEnd(String)
        case own(Talk.Fact)
    }

    enum Verdict: Equatable {
        case fact(Fact)
        /// The role is to be killed, and this is the reason to log.
        case violation(String)
    }

    /// Result of reading the channel.
    enum Taken: Equatable {
        case verdict(Verdict)
        case nothing
        /// The role has closed its channel.
        case hungUp
    }

    /// The controls that the role was sent.
    var talk: Talk
    private(set) var health = RoleHealth()
    /// Number of questions without an answer.
    private var unanswered = 0
    private var isJailed = false
    /// The reason that it gave for its end.
    private var failure: String?
    /// Number of roles of this kind that were killed for what they sent.
    private var violationCount = 0

    init(_ talk: Talk) { self.talk = talk }

    // MARK: Judging

    /// Judges one message. It changes nothing.
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

    /// Judges what the channel has, and notes what is accepted.
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

    /// Counts a violation for which the role is killed, and returns the event to log.
    mutating func violates(_ what: String) -> Event {
        violationCount += 1
        return .role(.misbehaved(Talk.role, what, times: violationCount))
    }

    // MARK: Controls

    /// Notes that a role starts with these controls.
    mutating func starts(_ controls: [Talk.Control], now: Milliseconds) {
        talk.begin(controls)
        (unanswered, isJailed, failure) = (0, false, nil)
        health.starts(now: now)
    }

    /// Notes a failed start, and returns the pause before the next try.
    @discardableResult
    mutating func failedToStart(now: Milliseconds) -> Milliseconds { health.failedToStart(now: now) }

    /// Notes that the running role is sent more controls.
    mutating func give(_ controls: [Talk.Control]) { talk.give(controls) }

    /// Notes a question whose answer has no time limit.
    mutating func isAsked() { unanswered += 1 }

    /// Notes a ping; false if the role has sent nothing since the last one.
    mutating func isPinged(now: Milliseconds) -> Bool {
        guard health.isAsked(now: now) else { return false }
        unanswered += 1
        return true
    }

    // MARK: End

    /// Notes that the role is being killed.
    mutating func isEnded() { health.isEnded() }

    /// Stops all timers: no role is wanted for now.
    mutating func disable() { health.disable() }

    /// Notes the role's end, and returns the pause before the next one starts.
    mutating func hasEnded(now: Milliseconds) -> Milliseconds { health.hasEnded(now: now) }

    /// Why the role has ended: the reason it gave, or else how it ended.
    func reason(_ ending: String) -> String { failure ?? ending }
}
