import Base
import Confinement
import Events
import KeyMessages
import Linux
import Messages
import Testing

@testable import Doorkeeper

/// What holds for both roles. What each can say is in `ListenerConversationTests` and `VerifierConversationTests`.
struct SupervisorTests {
    private static let fences = Jail.Fences(listsCalls: true, landlock: 1)

    // MARK: What is no message

    @Test func aMessageOfAnotherSizeEndsItsSender() throws {
        for size in [1, 255, 257, 4000] {
            var (listener, verifier) = (RoleSamples.listener(), try RoleSamples.verifier())
            let what = "a message of \(size) bytes"
            #expect(listener.take(.wrongSize(size), now: 0, mayBeLoopback: false) == .verdict(.violation(what)))
            #expect(verifier.take(.wrongSize(size), now: 0, mayBeLoopback: false) == .verdict(.violation(what)))
        }
    }

    @Test func aMessageThatSaysNothingEndsItsSender() throws {
        // Kinds that there are not, a pong with something in it, and a failure of two lines: another line in the log is not
        // theirs to write.
        let nonsense: [(listener: [UInt8], verifier: [UInt8])] = [
            ([99], [99]), ([0], [0]), ([11, 1], [6, 1]), ([7, 3, 65, 10, 66], [8, 3, 65, 10, 66]),
        ]
        for bytes in nonsense {
            var (listener, verifier) = (RoleSamples.listener(), try RoleSamples.verifier())
            #expect(
                listener.hear([RoleSamples.message(bytes.listener)]) == .violation("a message that cannot be decoded"))
            #expect(
                verifier.hear([RoleSamples.message(bytes.verifier)]) == .violation("a message that cannot be decoded"))
        }
    }

    @Test func anEmptyChannelSaysNothing() {
        var listener = RoleSamples.listener()
        #expect(listener.take(.nothing, now: 0, mayBeLoopback: false) == .nothing)
    }

    @Test func aRoleThatClosesItsChannelHasHungUp() {
        var listener = RoleSamples.listener()
        #expect(listener.take(.closed, now: 100, mayBeLoopback: false) == .hungUp)
        #expect(listener.health.isEndDue(100 + DoorkeeperLimits.roleHangUp))
    }

    // MARK: Answers

    @Test func anAnswerToNoQuestionIsALie() throws {
        var (listener, verifier) = (RoleSamples.listener(), try RoleSamples.verifier())
        #expect(listener.hear([ListenerReport.pong.message]) == .violation("a message that cannot be true"))
        #expect(verifier.hear([VerifierReport.pong.message]) == .violation("a message that cannot be true"))
    }

    @Test func eachQuestionHasOneAnswer() {
        var listener = RoleSamples.listener()
        listener.isAsked()
        #expect(listener.isPinged(now: DoorkeeperLimits.roleAnswer) == true)
        let pong = ListenerReport.pong.message
        #expect(listener.hear([pong]) == .fact(.isWell(hasAnsweredAll: false)))
        #expect(listener.hear([pong]) == .fact(.isWell(hasAnsweredAll: true)))
        #expect(listener.hear([pong]) == .violation(Violation.untrue))
    }

    @Test func aNewRoleHasNoAnswerToGive() {
        var listener = RoleSamples.listener()
        listener.isAsked()
        listener.starts([], now: 0)
        #expect(listener.hear([ListenerReport.pong.message]) == .violation(Violation.untrue))
    }

    @Test func aRoleThatSaysNothingForTooLongIsNotAskedAgain() {
        var listener = RoleSamples.listener()
        #expect(listener.isPinged(now: 10_000) == true)
        #expect(listener.isPinged(now: 20_000) == false)
        var other = RoleSamples.listener()
        #expect(other.isPinged(now: 10_000) == true)
        _ = other.hear([ListenerReport.leftOut(1).message])
        #expect(other.isPinged(now: 20_000) == true)
    }

    // MARK: Jails

    @Test func aRoleEntersItsJailOnce() throws {
        var (listener, verifier) = (RoleSamples.listener(), try RoleSamples.verifier())
        let message = JailReport.entered(Self.fences).message
        #expect(listener.hear([message]) == .fact(.isJailed(Self.fences)))
        #expect(listener.hear([message]) == .violation(Violation.untrue))
        #expect(verifier.hear([message, message]) == .violation(Violation.untrue))
        listener.starts([], now: 0)
        #expect(listener.hear([message]) == .fact(.isJailed(Self.fences)), "this is another one")
    }

    @Test func theLastWordOfARoleIsWhyItEnds() {
        var listener = RoleSamples.listener()
        #expect(listener.reason("signal 9") == "signal 9")
        #expect(listener.hear([ListenerReport.failure("no memory").message]) == .fact(.isAboutToEnd("no memory")))
        #expect(listener.reason("exit status 1") == "no memory")
        listener.starts([], now: 0)
        #expect(listener.reason("signal 9") == "signal 9", "another one has not said that")
    }

    @Test func aSystemCallThatTheJailForbidsIsWhyTheRoleEnds() {
        var listener = RoleSamples.listener()
        // 1 is a number that every machine knows a call by.
        _ = listener.hear([JailReport.trapped(call: 1).message])
        let reason = listener.reason("signal 31")
        #expect(reason == "it made the system call \(Sandbox.name(ofCall: 1)), which its jail forbids")
    }

    // MARK: Judging

    @Test func judgingChangesNothing() {
        var listener = RoleSamples.listener()
        listener.isAsked()
        for _ in 0..<2 {
            let verdict = listener.judge(ListenerReport.pong.message, now: 0, mayBeLoopback: false)
            #expect(verdict == .fact(.isWell(hasAnsweredAll: true)))
        }
        let message = JailReport.entered(Self.fences).message
        for _ in 0..<2 {
            #expect(listener.judge(message, now: 0, mayBeLoopback: false) == .fact(.isJailed(Self.fences)))
        }
    }

    @Test func violationsAreCountedOverAllRolesOfAKind() throws {
        var (listener, verifier) = (RoleSamples.listener(), try RoleSamples.verifier())
        #expect(listener.violates("a") == .role(.misbehaved(.listener, "a", times: 1)))
        listener.starts([], now: 0)
        #expect(listener.violates("b") == .role(.misbehaved(.listener, "b", times: 2)))
        #expect(verifier.violates("c") == .role(.misbehaved(.verifier, "c", times: 1)))
    }

    @Test func theWordsOfViolationsAreThoseOfTheLog() {
        #expect(Violation.silence == "no answer for 10 s")
        #expect(Violation.badBatch == "a batch that cannot be decoded")
        #expect(Violation.accusations == "repeated accusations of the listener")
    }

    // MARK: Its end

    @Test func aRoleThatHasEndedIsFollowedByAnother() {
        var listener = RoleSamples.listener()
        #expect(listener.hasEnded(now: 0) == 100)
        #expect(listener.health.isStartDue(100))
        listener.starts([], now: 100)
        #expect(listener.failedToStart(now: 100) == 200)
        listener.disable()
        #expect(listener.health.nextDeadline == nil)
    }

    @Test func aRoleThatIsEndedIsNotEndedAgainForHangingUp() {
        var listener = RoleSamples.listener()
        _ = listener.take(.closed, now: 0, mayBeLoopback: false)
        listener.isEnded()
        #expect(!listener.health.isEndDue(.max))
    }
}
