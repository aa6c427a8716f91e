import Base
import Testing

@testable import Doorkeeper

struct RoleHealthTests {
    private static let answer = DoorkeeperLimits.roleAnswer

    private func started(at now: Milliseconds = 0) -> RoleHealth {
        var health = RoleHealth()
        health.starts(now: now)
        return health
    }

    @Test func aRoleThatWasNeverStartedWaitsForNothing() {
        let health = RoleHealth()
        #expect(health.nextDeadline == nil)
        #expect(!health.isStartDue(.max) && !health.isPingDue(.max) && !health.isEndDue(.max))
    }

    // MARK: Answers

    @Test func aRoleThatRunsIsAskedEveryTenSeconds() {
        var health = started(at: 5)
        #expect(health.nextDeadline == 5 + Self.answer)
        #expect(!health.isPingDue(4 + Self.answer))
        #expect(health.isPingDue(5 + Self.answer))
        #expect(health.isAsked(now: 5 + Self.answer) == true)
        #expect(health.nextDeadline == 5 + 2 * Self.answer)
    }

    @Test func aRoleThatSaysNothingUntilTheNextQuestionIsSilent() {
        var health = started()
        #expect(health.isAsked(now: Self.answer) == true)
        #expect(health.isAsked(now: 2 * Self.answer) == false)
    }

    @Test func whateverARoleSaysIsASignOfLife() {
        var health = started()
        for turn in 1...5 {
            #expect(health.isAsked(now: Milliseconds(turn) * Self.answer) == true)
            health.speaks()
        }
    }

    @Test func aQuestionThatComesLateBlamesNobody() {
        var health = started()
        #expect(health.isAsked(now: Self.answer) == true)
        #expect(health.isAsked(now: 3 * Self.answer + 1) == true, "the machine was suspended")
        #expect(health.isAsked(now: 4 * Self.answer + 1) == false)
    }

    @Test func aNewRoleHasNothingToAnswer() {
        var health = started()
        #expect(health.isAsked(now: Self.answer) == true)
        health.starts(now: 15_000)
        #expect(health.isAsked(now: 25_000) == true)
    }

    // MARK: Hanging up

    @Test func aRoleThatHangsUpIsEndedAfterASecond() {
        var health = started()
        health.hangsUp(now: 100)
        #expect(health.nextDeadline == 1100)
        #expect(!health.isEndDue(1099))
        #expect(health.isEndDue(1100))
        health.isEnded()
        #expect(!health.isEndDue(1100))
        #expect(health.pingAt == Self.answer, "its process is still there")
    }

    // MARK: Another one

    @Test func theNextOneStartsAfterAPauseThatDoubles() {
        var health = started()
        var now: Milliseconds = 0
        var pauses: [Milliseconds] = []
        for _ in 0..<7 {
            let pause = health.hasEnded(now: now)
            pauses.append(pause)
            #expect(health.startAt == now + pause && health.nextDeadline == now + pause)
            #expect(!health.isStartDue(now + pause - 1) && health.isStartDue(now + pause))
            now += pause
            health.starts(now: now)
            #expect(health.startAt == nil)
        }
        #expect(pauses == [100, 200, 400, 800, 1600, 2000, 2000])
    }

    @Test func aRoleThatHasRunForAWhileIsReplacedSoonAgain() {
        var health = started()
        _ = health.hasEnded(now: 0)
        health.starts(now: 100)
        #expect(health.hasEnded(now: 99 + DoorkeeperLimits.provenRole) == 200)
        health.starts(now: 50_000)
        #expect(health.hasEnded(now: 50_000 + DoorkeeperLimits.provenRole) == 100)
    }

    @Test func aStartThatFailsIsTriedAgainLikeARoleThatEnds() {
        var health = started()
        #expect(health.failedToStart(now: 0) == 100)
        #expect(health.startAt == 100 && health.pingAt == nil)
        health.starts(now: 100)
        #expect(health.failedToStart(now: 100) == 200)
    }

    @Test func aRoleThatHasEndedIsNotAskedOrEnded() {
        var health = started()
        health.hangsUp(now: 10)
        _ = health.hasEnded(now: 20)
        #expect(health.pingAt == nil && health.endAt == nil)
    }

    @Test func aRoleThatNobodyWantsWaitsForNothing() {
        var health = started()
        health.hangsUp(now: 10)
        health.disable()
        #expect(health.nextDeadline == nil)
    }
}
