import Base
import Keys
import Ledger
import Testing

@testable import DoorControl
@testable import Doorkeeper

struct LedgerDutiesTests {
    private var duties = LedgerDuties(leftovers: [], loss: nil)

    @Test func whatWasLostIsToldOnce() {
        var duties = LedgerDuties(leftovers: [], loss: .damaged)
        #expect(duties.takeLeftovers().isEmpty)
        #expect(duties.takeLoss() == .damaged)
        #expect(duties.takeLoss() == nil)
    }

    @Test mutating func aRecordIsDecidedOnce() {
        var record = DoorRecord()
        record.raised = [GenerationID(high: 1, low: 1)]
        duties.isSubmitted(record, 7)
        duties.isSubmitted(DoorRecord(), 8)
        #expect(duties.isDecided(7) == record)
        #expect(duties.isDecided(7) == nil)
        #expect(duties.isDecided(8) == DoorRecord())
        #expect(duties.isDecided(0) == nil, "that is no record of doors")
    }

    @Test mutating func theFilesAreLookedAfterAtOnceAndThenEveryTenSeconds() {
        #expect(duties.nextDeadline(isHome: true) == 0)
        #expect(duties.isLookDue(now: 5) == true)
        #expect(duties.nextDeadline(isHome: true) == 10_005)
        #expect(duties.isLookDue(now: 10_004) == false)
        #expect(duties.isLookDue(now: 10_005) == true)
    }

    @Test mutating func aLedgerThatHasMovedIsBroughtBackEveryTenSeconds() {
        _ = duties.isLookDue(now: 0)
        #expect(duties.isReturnDue(isHome: false, now: 500) == false, "it has just moved")
        duties.scheduleReturn(isHome: false, now: 500)
        duties.scheduleReturn(isHome: false, now: 600)
        #expect(duties.nextDeadline(isHome: false) == 10_000)
        #expect(duties.isReturnDue(isHome: false, now: 10_499) == false)
        #expect(duties.isReturnDue(isHome: false, now: 10_500) == true)
        #expect(duties.isReturnDue(isHome: false, now: 10_500) == false)
        duties.scheduleReturn(isHome: false, now: 10_500)
        #expect(duties.isReturnDue(isHome: false, now: 20_500) == true)
    }

    @Test mutating func aLedgerAtHomeIsNotBroughtBack() {
        duties.scheduleReturn(isHome: true, now: 0)
        #expect(duties.isReturnDue(isHome: false, now: .max) == false)
        duties.scheduleReturn(isHome: false, now: 0)
        #expect(duties.isReturnDue(isHome: true, now: .max) == false)
        _ = duties.isLookDue(now: 50_000)
        #expect(duties.nextDeadline(isHome: true) == 60_000)
        #expect(duties.nextDeadline(isHome: false) == 10_000)
    }
}
