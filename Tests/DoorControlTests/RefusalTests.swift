import Doors
import Events
import SignedKnocks
import Testing

@testable import DoorControl

/// The budget of the line that refuses a claim.
struct RefusalTests {
    private func publicity(of refusal: Refusal, _ claim: Claim) -> DoorEffect.Publicity? {
        if case .tell(_, let publicity) = claim.line(of: refusal) { publicity } else { nil }
    }

    /// Copies of the knock are replays, so only its sender causes the line.
    @Test(arguments: [Refusal.full(limit: 1), .commandTooLong, .tooManyWaiting(9)])
    func aRefusedKnockThatIsSpentIsAlwaysLogged(refusal: Refusal) throws {
        let door = try Sample.door()
        #expect(publicity(of: refusal, try Shell([door]).claim(door)) == .proof)
    }

    /// A copy would be refused again with the same words.
    @Test(arguments: [Refusal.overRate(.ofClaimant), .overRate(.fromSource), .overRate(.inAll), .notRecorded])
    func aRefusedKnockThatIsNotSpentOrOverItsRateHasABudget(refusal: Refusal) throws {
        let door = try Sample.door()
        #expect(publicity(of: refusal, try Shell([door]).claim(door)) == .stranger)
    }
}
