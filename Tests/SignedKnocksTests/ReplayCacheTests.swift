import Base
import Hints
import Keys
import Packets
import Testing

@testable import SignedKnocks

struct ReplayCacheTests {
    private let now = Sample.now

    /// A cache that knows these generations from the moment `Sample.now` on.
    private func cache(
        _ generations: ClosedRange<UInt64> = 1...2, reserved: Int = 4, extraPlaces: Int = 8
    ) -> ReplayCache {
        var cache = ReplayCache(window: Sample.window, reserved: reserved, extraPlaces: extraPlaces)
        _ = cache.setGenerations(generations.map(Sample.id), now: now, monotonic: 0)
        return cache
    }

    @Test func aKnockIsSpentOnce() {
        var cache = cache()
        let knock = Sample.knock(1)
        #expect(cache.take(knock) == .spent(Spending(knock: knock, forgotten: [], floor: nil)))
        #expect(cache.take(knock) == .refused(.replayed), "at once")
        #expect(cache.take(knock, monotonic: 99_000_000) == .refused(.replayed))
        #expect(cache.take(Sample.knock(2)).isSpent)
    }

    @Test func aNonceIsSpentOnceWhateverElseTheKnockSays() {
        var cache = cache()
        #expect(cache.take(Sample.knock(1)).isSpent)
        #expect(cache.take(Sample.knock(1, at: now + 9, door: "web"), monotonic: 5000) == .refused(.replayed))
    }

    @Test func generationsHaveNoncesOfTheirOwn() {
        var cache = cache()
        #expect(cache.take(Sample.knock(1, of: 1)).isSpent)
        #expect(cache.take(Sample.knock(1, of: 2)).isSpent)
    }

    @Test func aGenerationThatNobodyNamedIsRefused() {
        var cache = cache()
        #expect(cache.take(Sample.knock(1, at: .max, of: 3)) == .refused(.belowFloor(until: .max)))
        #expect(cache.floor(of: Sample.id(3)) == nil)
    }

    // MARK: Floors

    @Test func aNewGenerationsFloorIsTheMomentOfItsLoading() {
        var cache = ReplayCache(window: Sample.window)
        let change = cache.setGenerations([Sample.id(1)], now: now, monotonic: 0)
        #expect(change.floors.map(\.floor) == [now])
        #expect(change.floors.map(\.generation) == [Sample.id(1)])
        #expect(cache.take(Sample.knock(1, at: now - 1)) == .refused(.belowFloor(until: now)))
        #expect(cache.take(Sample.knock(1, at: now)) == .refused(.belowFloor(until: now)))
        #expect(cache.take(Sample.knock(1, at: now + 1)).isSpent)
        #expect(cache.take(Sample.knock(1, at: now)) == .refused(.belowFloor(until: now)), "the floor comes first")
    }

    @Test func aGenerationThatIsKnownKeepsItsFloor() {
        var cache = cache(1...1)
        let change = cache.setGenerations([Sample.id(1), Sample.id(2)], now: now + 5000, monotonic: 5000)
        #expect(change.floors.map(\.generation) == [Sample.id(2)])
        #expect(cache.floor(of: Sample.id(1)) == now)
    }

    @Test func whatTheLedgerHasCountsAfterARestart() {
        var before = cache()
        #expect(before.take(Sample.knock(1)).isSpent)
        var after = ReplayCache(window: Sample.window)
        before.spentKnocks.forEach { after.restore($0) }
        before.floors.forEach { after.restore(floor: $0.floor, of: $0.generation) }
        #expect(after.setGenerations([Sample.id(1), Sample.id(2)], now: now + 9, monotonic: 0).floors.isEmpty)
        #expect(after.take(Sample.knock(1)) == .refused(.replayed), "as before")
        #expect(after.take(Sample.knock(2)).isSpent)
        #expect(after.floor(of: Sample.id(1)) == now)
    }

    @Test func timestampsAtTheEndsOfTheirRangeDoNotTrap() {
        var cache = cache(reserved: 2, extraPlaces: 4)
        #expect(cache.take(Sample.knock(0, at: 0)) == .refused(.belowFloor(until: now)))
        for (nonce, timestamp) in [UInt64.max, .max - 1, .max, .max - 2].enumerated() {
            #expect(cache.take(Sample.knock(UInt64(nonce), at: timestamp), now: .max).isSpent)
        }
        #expect(cache.take(Sample.knock(9, at: .max), now: 0).isSpent == false)
        _ = cache.clockWasSet(now: .max, monotonic: 0)
        #expect(cache.stateIsLost(now: .max, monotonic: 0).map(\.floor) == [.max, .max])
    }

    // MARK: Over a rate

    @Test func aKnockOverARateIsNotSpentAndNoCopyIsAccepted() {
        var cache = cache()
        let knock = Sample.knock(1)
        #expect(cache.take(knock, over: .tooManyKnocks) == .overRate(.tooManyKnocks, floor: now + 1001))
        #expect(cache.count == 0 && cache.floor(of: Sample.id(1)) == now)
        #expect(cache.take(knock, monotonic: 1) == .refused(.replayed))
        #expect(cache.take(knock, monotonic: 9000) == .refused(.replayed))
        #expect(cache.take(Sample.knock(1, of: 2)).isSpent, "generations have nonces of their own")
    }

    @Test func theAllowanceIsAskedForKnocksThatNothingElseRefuses() {
        var cache = cache(reserved: 1, extraPlaces: 0)
        var asked = 0
        func spend(_ knock: SpentKnock) -> SpendOutcome {
            cache.spend(knock, siblings: [], now: now, monotonic: 9000) {
                asked += 1
                return nil
            }
        }
        #expect(spend(Sample.knock(1, at: now)) == .refused(.belowFloor(until: now)))
        #expect(asked == 0)
        #expect(spend(Sample.knock(1, operation: .close)).isSpent)
        #expect(spend(Sample.knock(1, operation: .close)) == .refused(.replayed))
        #expect(spend(Sample.knock(2, at: now + 1)) == .refused(.replayTableFull))
        #expect(asked == 1)
    }

    @Test func knocksOnTheirWayCountThoughALaterOneWasOverARate() {
        var cache = cache()
        for nonce in 10...13 as ClosedRange<UInt64> {
            #expect(!cache.take(Sample.knock(nonce, at: now + nonce), over: .tooManyKnocks).isSpent)
        }
        #expect(cache.take(Sample.knock(1, at: now + 5)).isSpent)
        // Of the fifth one the smallest has to go, and the floor stands for it.
        #expect(!cache.take(Sample.knock(14, at: now + 14), over: .tooManyKnocks).isSpent)
        #expect(cache.take(Sample.knock(2, at: now + 10)) == .refused(.belowFloor(until: now + 10)))
        #expect(cache.take(Sample.knock(3, at: now + 11)).isSpent)
        #expect(cache.take(Sample.knock(11, at: now + 11), monotonic: 9000) == .refused(.replayed))
        #expect(cache.floor(of: Sample.id(2)) == now, "no other generation pays for it")
    }

    @Test func aFloodOverARateIsOneRecordASecond() {
        var cache = cache()
        var records: [Milliseconds] = []
        for time in 0..<20_000 as Range<UInt64> {
            let outcome = cache.take(
                Sample.knock(time, at: now + 1 + time), now: now + time, monotonic: Milliseconds(time),
                over: .tooManyInAll)
            if case .overRate(_, .some) = outcome { records.append(Milliseconds(time)) }
        }
        #expect(records.count <= 20 && zip(records, records.dropFirst()).allSatisfy { $1 - $0 >= 1000 }, "\(records)")
    }

    @Test func timestampsFarApartRaiseTheFloorAboveAllThatCanCome() {
        var cache = cache()
        var records: [UInt64] = []
        for time in 0..<10_000 as Range<UInt64> {
            // From the one end of the window to the other, and each above all before.
            let knock = Sample.knock(time, at: now + time + min(time * 500, 30_000))
            let outcome = cache.take(knock, now: now + time, monotonic: Milliseconds(time), over: .tooManyKnocks)
            if case .overRate(_, .some(let floor)) = outcome {
                records.append(time)
                #expect(floor >= knock.timestamp)
            }
        }
        #expect(records.count <= 11, "\(records)")
    }

    @Test func afterARestartTheFloorStandsForWhatWasOverARate() {
        var cache = cache()
        let knocks = (1...9 as ClosedRange<UInt64>).map { Sample.knock($0, at: now + 100 * $0) }
        for knock in knocks { #expect(!cache.take(knock, over: .tooManyFromSource).isSpent) }
        #expect(cache.take(Sample.knock(20, at: now + 50, of: 2)).isSpent)
        var next = cache.restarted
        for knock in knocks { #expect(!next.take(knock, now: now + 2000, monotonic: 2000).isSpent) }
        #expect(next.take(Sample.knock(30, at: now + 1102), now: now + 2000).isSpent)
        #expect(next.take(Sample.knock(31, at: now + 60, of: 2)).isSpent, "no other generation pays for it")
    }

    /// Whatever else is recorded of a generation, its floor on the disk gets no lower.
    @Test func noRecordLowersTheFloorThatStandsForWhatWasOverARate() {
        var cache = cache(reserved: 1, extraPlaces: 4)
        guard case .overRate(_, let floor?) = cache.take(Sample.knock(1, at: now + 9000), over: .tooManyKnocks) else {
            Issue.record("no floor")
            return
        }
        #expect(cache.take(Sample.knock(2, at: now + 1)).isSpent)
        guard case .spent(let spending) = cache.take(Sample.knock(3, at: now + 40_000), now: now + 40_000) else {
            Issue.record("refused")
            return
        }
        #expect(spending.forgotten.count == 1 && spending.floor == nil, "what is on the disk is above it")
        #expect(cache.floor(of: Sample.id(1)) == now + 1)
        #expect(cache.floors.first { $0.generation == Sample.id(1) }?.floor == floor)
        #expect(cache.stateIsLost(now: now - 90_000, monotonic: 0).first?.floor == floor)
        #expect(cache.clockWasSet(now: now - 80_000, monotonic: 0).first?.floor == floor)
    }

    @Test func timestampsAtTheEndOfTheirRangeAreRefusedWithoutATrap() {
        var cache = cache()
        let last = Sample.knock(1, at: .max)
        #expect(cache.take(last, now: .max, over: .tooManyKnocks) == .overRate(.tooManyKnocks, floor: .max))
        #expect(!cache.restarted.floors.contains { $0.floor == 0 })
    }

    // MARK: Forgetting

    @Test func whatIsInTheWindowIsNotForgotten() {
        var cache = cache(reserved: 2, extraPlaces: 20)
        for nonce in 1...8 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, at: now + nonce)).isSpent) }
        let last = cache.take(Sample.knock(9, at: now + 30_001), now: now + 30_001)
        #expect(last == .spent(Spending(knock: Sample.knock(9, at: now + 30_001), forgotten: [], floor: nil)))
    }

    @Test func whatHasLeftTheWindowIsForgottenAndRaisesTheFloor() {
        var cache = cache(reserved: 2, extraPlaces: 20)
        for nonce in 1...8 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, at: now + nonce)).isSpent) }
        let new = Sample.knock(9, at: now + 30_004)
        let forgotten = (1...3 as ClosedRange<UInt64>).map { Nonce(high: 0, low: $0) }
        #expect(
            cache.take(new, now: now + 30_004)
                == .spent(Spending(knock: new, forgotten: forgotten, floor: now + 3)))
        #expect(cache.take(Sample.knock(3, at: now + 3), now: now) == .refused(.belowFloor(until: now + 3)))
        #expect(cache.take(Sample.knock(4, at: now + 4), now: now, monotonic: 9000) == .refused(.replayed))
        #expect(cache.count == 6)
    }

    @Test func theGreatestOnesAreKeptHoweverOldTheyAre() {
        var cache = cache(reserved: 4, extraPlaces: 20)
        for nonce in 1...4 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, at: now + nonce)).isSpent) }
        let late = now + 3_600_000
        let fifth = Sample.knock(5, at: late)
        #expect(
            cache.take(fifth, now: late)
                == .spent(Spending(knock: fifth, forgotten: [Nonce(high: 0, low: 1)], floor: now + 1)))
        #expect(cache.take(Sample.knock(2, at: now + 2), now: late, monotonic: 9000) == .refused(.replayed))
    }

    @Test func equalTimestampsAreNotGreater() {
        var cache = cache(reserved: 2, extraPlaces: 20)
        for nonce in 1...5 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce)).isSpent) }
        let late = now + 90_000
        #expect(cache.take(Sample.knock(6, at: late), now: late).forgotten == [])
        #expect(cache.take(Sample.knock(7, at: late), now: late).forgotten?.count == 5, "now two are greater")
        #expect(cache.floor(of: Sample.id(1)) == now + 1)
    }

    @Test func aLongBacklogIsForgottenInParts() {
        var cache = cache(reserved: 1, extraPlaces: 1000)
        for nonce in 1...201 as ClosedRange<UInt64> {
            #expect(cache.take(Sample.knock(nonce, at: now + nonce)).isSpent)
        }
        let late = now + 90_000
        let counts = (0..<5 as Range<UInt64>).map {
            cache.take(Sample.knock(300 + $0, at: late + $0), now: late).forgotten?.count
        }
        #expect(counts == [64, 64, 64, 9, 0], "the last four are in the window")
    }

    // MARK: Wrong clocks

    @Test func aClockSetBackAnHourMakesNoOldKnockGoodAgain() {
        var cache = cache(reserved: 4, extraPlaces: 40)
        for nonce in 1...30 as ClosedRange<UInt64> {
            let timestamp = now + nonce * 60_000
            #expect(cache.take(Sample.knock(nonce, at: timestamp), now: timestamp).isSpent)
        }
        for nonce in 1...30 as ClosedRange<UInt64> {
            let timestamp = now + nonce * 60_000
            #expect(cache.clockWasSet(now: timestamp, monotonic: 9_000_000).isEmpty, "it stands for no lost state")
            let outcome = cache.take(Sample.knock(nonce, at: timestamp), now: timestamp, monotonic: 9_000_000)
            #expect(!outcome.isSpent)
        }
    }

    @Test func aKnockFromFourteenHoursAheadShutsNobodyOut() {
        var cache = cache(reserved: 4, extraPlaces: 40)
        let ahead = now + 14 * 3_600_000
        #expect(cache.take(Sample.knock(1, at: ahead), now: ahead).isSpent)
        for nonce in 2...60 as ClosedRange<UInt64> {
            let timestamp = now + nonce * 60_000
            #expect(cache.take(Sample.knock(nonce, at: timestamp), now: timestamp).isSpent)
        }
        #expect(cache.take(Sample.knock(1, at: ahead), now: ahead, monotonic: 9000) == .refused(.replayed))
    }

    @Test func moreThanAreReservedUnderAClockAheadShutOnlyTheirGenerationOut() {
        var cache = cache(1...2, reserved: 256, extraPlaces: 4000)
        let ahead = now + 14 * 3_600_000
        for nonce in 1...300 as ClosedRange<UInt64> {
            let timestamp = ahead + nonce * 60_000
            #expect(cache.take(Sample.knock(nonce, at: timestamp), now: timestamp).isSpent)
        }
        let floor = ahead + 44 * 60_000
        #expect(cache.floor(of: Sample.id(1)) == floor)
        #expect(cache.take(Sample.knock(999, at: now + 5), now: now + 5) == .refused(.belowFloor(until: floor)))
        #expect(cache.take(Sample.knock(999, at: now + 5, of: 2), now: now + 5).isSpent)
        #expect(cache.take(Sample.knock(999, at: floor + 1), now: floor + 1).isSpent)
    }

    /// An hour, a day, to 1970: there and back again, with new knocks and all old ones each time.
    @Test(arguments: [3_600_000, -3_600_000, 86_400_000, -86_400_000, -Int64(Sample.now)])
    func nothingCountsTwiceWhateverTheClockIsSetTo(step: Int64) {
        var cache = cache(1...1, reserved: 4, extraPlaces: 40)
        let other = UInt64(Int64(now) + step)
        var spent: [SpentKnock] = []
        for (round, time) in [now, other, now + 1000, other + 1000, now + 2000].enumerated() {
            let monotonic = Milliseconds(round) * 90_000
            #expect(cache.clockWasSet(now: time, monotonic: monotonic).isEmpty)
            for knock in spent { #expect(!cache.take(knock, now: time, monotonic: monotonic).isSpent) }
            for offset in 1...3 as ClosedRange<UInt64> {
                let knock = Sample.knock(UInt64(round) * 10 + offset, at: time + offset)
                let outcome = cache.take(knock, now: time + offset, monotonic: monotonic)
                #expect(time < now ? outcome == .refused(.belowFloor(until: now)) : outcome.isSpent)
                if outcome.isSpent { spent.append(knock) }
            }
        }
    }

    // MARK: Lost state

    @Test func lostStateRefusesWhatMayHaveBeenSpent() {
        var cache = ReplayCache(window: Sample.window)
        cache.restore(floor: now - 9000, of: Sample.id(1))
        #expect(cache.stateIsLost(now: now, monotonic: 500).map(\.floor) == [now + 30_000])
        let change = cache.setGenerations([Sample.id(1), Sample.id(2)], now: now, monotonic: 501)
        #expect(change.floors.map(\.floor) == [now + 30_000], "the second one's: the first has its own")
        for generation in 1...2 as ClosedRange<UInt64> {
            let early = Sample.knock(1, at: now + 30_000, of: generation)
            #expect(cache.take(early) == .refused(.belowFloor(until: now + 30_000)))
            #expect(cache.take(Sample.knock(1, at: now + 30_001, of: generation)).isSpent)
        }
    }

    @Test func floorsOfLostStateFollowTheClockUntilAKnockIsAccepted() {
        var cache = ReplayCache(window: Sample.window)
        _ = cache.stateIsLost(now: now, monotonic: 0)
        _ = cache.setGenerations([Sample.id(1), Sample.id(2)], now: now, monotonic: 0)
        let back = now - 3_600_000
        #expect(cache.clockWasSet(now: back, monotonic: 10_000).map(\.floor) == [back + 30_000, back + 30_000])
        #expect(cache.take(Sample.knock(1, at: back + 30_001), now: back + 10_000).isSpent)
        #expect(cache.clockWasSet(now: now, monotonic: 59_999).count == 2, "for two windows in any case")
        #expect(cache.clockWasSet(now: now + 5, monotonic: 60_000).map(\.generation) == [Sample.id(2)])
        #expect(cache.floor(of: Sample.id(1)) == now + 30_000)
        #expect(cache.floor(of: Sample.id(2)) == now + 30_005)
        #expect(cache.clockWasSet(now: now + 9, monotonic: 99_000_000).map(\.generation) == [Sample.id(2)])
    }

    @Test func lostStateLowersNoFloorThatStandsForForgottenKnocks() {
        var cache = ReplayCache(window: Sample.window)
        cache.restore(floor: now + 900_000, of: Sample.id(1))
        #expect(cache.stateIsLost(now: now, monotonic: 0).map(\.floor) == [now + 900_000])
        #expect(cache.clockWasSet(now: now - 900_000, monotonic: 0).map(\.floor) == [now + 900_000])
    }

    @Test func aKeyThatComesLongAfterTheLossIsANewOne() {
        var cache = ReplayCache(window: Sample.window)
        _ = cache.stateIsLost(now: now, monotonic: 0)
        let late = now + 60_000
        #expect(cache.setGenerations([Sample.id(1)], now: late, monotonic: 60_000).floors.map(\.floor) == [late])
        #expect(cache.clockWasSet(now: now, monotonic: 60_001).isEmpty)
    }

    // MARK: Order of open and close

    @Test(arguments: [SignedKnockBody.Operation.open, .close])
    func theOlderOfAnOpenAndACloseIsRefusedIfItComesSecond(older: SignedKnockBody.Operation) {
        let newer: SignedKnockBody.Operation = older == .open ? .close : .open
        var cache = cache()
        #expect(cache.take(Sample.knock(1, at: now + 10, operation: newer)).isSpent)
        #expect(cache.take(Sample.knock(2, at: now + 9, operation: older)) == .refused(.overtaken))
        #expect(cache.take(Sample.knock(2, at: now + 9, operation: older)) == .refused(.overtaken), "it is not spent")
        #expect(cache.take(Sample.knock(3, at: now + 10, operation: older)).isSpent, "it is not older")
        #expect(cache.take(Sample.knock(4, at: now + 9, operation: newer)) == .refused(.overtaken))
    }

    @Test func knocksOfOneKindDoNotOvertakeEachOther() {
        var cache = cache()
        #expect(cache.take(Sample.knock(1, at: now + 10)).isSpent)
        #expect(cache.take(Sample.knock(2, at: now + 9)).isSpent)
    }

    @Test func anotherDoorOrAddressOvertakesNothing() {
        var cache = cache()
        #expect(cache.take(Sample.knock(1, at: now + 10, door: "web", operation: .close)).isSpent)
        let other = IPAddress(ipv4: 0xC612_0103)
        #expect(cache.take(Sample.knock(2, at: now + 10, address: other, operation: .close)).isSpent)
        #expect(cache.take(Sample.knock(3, at: now + 9)).isSpent)
    }

    @Test func anotherGenerationOvertakesIfItIsOfTheSameKey() {
        var cache = cache(1...3)
        let close = Sample.knock(1, at: now + 10, of: 2, operation: .close)
        #expect(cache.take(close).isSpent)
        let siblings = [Sample.id(1), Sample.id(2)]
        #expect(cache.take(Sample.knock(2, at: now + 9, of: 1), siblings: siblings) == .refused(.overtaken))
        #expect(cache.take(Sample.knock(2, at: now + 9, of: 3), siblings: [Sample.id(3)]).isSpent)
    }

    @Test func whatIsForgottenOvertakesNothing() {
        var cache = cache(1...2, reserved: 1, extraPlaces: 8)
        #expect(cache.take(Sample.knock(1, at: now + 10, operation: .close)).isSpent)
        let late = now + 90_000
        #expect(cache.take(Sample.knock(2, at: late, door: "web"), now: late).forgotten?.count == 1)
        let siblings = [Sample.id(1), Sample.id(2)]
        #expect(cache.take(Sample.knock(3, at: now + 9, of: 2), siblings: siblings, now: late).isSpent)
    }

    @Test func whatIsForgottenInPartsOvertakesUntilItsLastIsGone() {
        var cache = cache(1...2, reserved: 1, extraPlaces: 1000)
        for nonce in 1...65 as ClosedRange<UInt64> {
            #expect(cache.take(Sample.knock(nonce, at: now + 10, operation: .close)).isSpent)
        }
        let (late, siblings) = (now + 90_000, [Sample.id(1), Sample.id(2)])
        #expect(cache.take(Sample.knock(70, at: late, door: "web"), now: late).forgotten?.count == 64)
        let open = Sample.knock(71, at: now + 9, of: 2)
        #expect(cache.take(open, siblings: siblings, now: late) == .refused(.overtaken))
        #expect(cache.take(Sample.knock(72, at: late, door: "web"), now: late).forgotten?.count == 1)
        #expect(cache.take(open, siblings: siblings, now: late).isSpent)
    }

    // MARK: Room

    @Test func aFullTableRefusesOnlyTheGenerationThatHasFilledIt() {
        var cache = cache(1...3, reserved: 4, extraPlaces: 8)
        for nonce in 1...8 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, at: now + nonce)).isSpent) }
        #expect(cache.take(Sample.knock(9, at: now + 9)) == .refused(.replayTableFull), "it has its half")
        for nonce in 1...8 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, of: 2)).isSpent) }
        for nonce in 1...4 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, of: 3)).isSpent) }
        #expect(cache.take(Sample.knock(5, of: 3)) == .refused(.replayTableFull), "all that is not reserved is taken")
        #expect(cache.take(Sample.knock(1, of: 3), monotonic: 9000) == .refused(.replayed))
        #expect(cache.count == 20, "nothing is forgotten early")
    }

    @Test func aFullReserveRefusesNothingByItself() {
        var cache = cache(1...1, reserved: 4, extraPlaces: 0)
        for nonce in 1...100 as ClosedRange<UInt64> {
            let timestamp = now + nonce * 60_000
            #expect(cache.take(Sample.knock(nonce, at: timestamp), now: timestamp).isSpent)
        }
        #expect(cache.count == 4)
    }

    @Test func whatAnotherGenerationMayForgetMakesRoom() throws {
        var cache = cache(1...3, reserved: 1, extraPlaces: 4)
        for nonce in 1...3 as ClosedRange<UInt64> { #expect(cache.take(Sample.knock(nonce, at: now + nonce)).isSpent) }
        let late = now + 60_000
        for nonce in 1...3 as ClosedRange<UInt64> {
            #expect(cache.take(Sample.knock(nonce, at: late + nonce, of: 2), now: late).isSpent)
        }
        #expect(cache.take(Sample.knock(1, at: late, of: 3), now: late).isSpent)
        guard case .spent(let spending) = cache.take(Sample.knock(2, at: late, of: 3), now: late) else {
            Issue.record("there is no room"); return
        }
        let nonces = [Nonce(high: 0, low: 1), Nonce(high: 0, low: 2)]
        #expect(spending.elsewhere == Forgetting(generation: Sample.id(1), nonces: nonces, floor: now + 2))
        #expect(spending.forgotten == [])
        #expect(cache.floor(of: Sample.id(1)) == now + 2)
        #expect(cache.take(Sample.knock(4, at: late, of: 3), now: late).isSpent)
        #expect(cache.take(Sample.knock(5, at: late, of: 3), now: late) == .refused(.replayTableFull), "its half")
    }

    @Test func roomThatWasNotThereIsLookedForAgainInTime() {
        var cache = cache(1...4, reserved: 1, extraPlaces: 4)
        // Of equal timestamps none may go; of generation 3 the first may in 40 s.
        (1...2).forEach { #expect(cache.take(Sample.knock($0, at: now + 1000, of: 1)).isSpent) }
        (1...2).forEach { #expect(cache.take(Sample.knock($0, at: now + 5, of: 2)).isSpent) }
        (1...3).forEach { #expect(cache.take(Sample.knock($0, at: now + 10_000 + $0, of: 3)).isSpent) }
        #expect(cache.take(Sample.knock(1, at: now + 2000, of: 4), now: now + 2000).isSpent)
        let second = Sample.knock(2, at: now + 30_000, of: 4)
        #expect(cache.take(second, now: now + 30_000) == .refused(.replayTableFull))
        // Generation 2 gives a place back, generation 1 takes it, and so has something that may go a second later.
        let soon = now + 30_006
        #expect(cache.take(Sample.knock(3, at: soon, of: 2), now: soon).forgotten?.count == 2)
        #expect(cache.take(Sample.knock(3, at: now + 1001, of: 1), now: soon).forgotten == [])
        #expect(cache.take(second, now: soon) == .refused(.replayTableFull))
        #expect(cache.take(second, now: now + 31_001).isSpent)
    }

    @Test func theWholeTableIsFilledAtTheSamePriceForEachKnock() {
        var cache = ReplayCache(window: Sample.window)
        _ = cache.setGenerations([Sample.id(1), Sample.id(2), Sample.id(3)], now: now, monotonic: 0)
        let most = UInt64(256 + 131_072)
        for generation in 1...2 as ClosedRange<UInt64> {
            for nonce in 0..<most {
                let knock = Sample.knock(nonce, at: now + 1 + nonce / 8, of: generation)
                if !cache.take(knock).isSpent { Issue.record("\(nonce) is refused"); return }
            }
            #expect(cache.take(Sample.knock(most, at: now + 1, of: generation)) == .refused(.replayTableFull))
        }
        for nonce in 0..<256 as Range<UInt64> { #expect(cache.take(Sample.knock(nonce, of: 3)).isSpent) }
        #expect(cache.take(Sample.knock(256, of: 3)) == .refused(.replayTableFull))
        #expect(cache.count == 2 * Int(most) + 256)
    }

    // MARK: Generations that leave

    @Test func aGenerationThatComesBackIsKnownStill() {
        var cache = cache(1...1)
        #expect(cache.take(Sample.knock(1)).isSpent)
        #expect(cache.setGenerations([], now: now + 5, monotonic: 5).gone.isEmpty)
        #expect(cache.setGenerations([Sample.id(1)], now: now + 9, monotonic: 9).floors.isEmpty)
        #expect(cache.take(Sample.knock(1), monotonic: 9000) == .refused(.replayed))
        #expect(cache.take(Sample.knock(2)).isSpent)
    }

    @Test func ofVeryManyThatHaveLeftTheOldestGo() {
        var cache = ReplayCache(window: Sample.window)
        for number in 1...1030 as ClosedRange<UInt64> { cache.restore(floor: now + number, of: Sample.id(number)) }
        let present = [Sample.id(1), Sample.id(2000)]
        #expect(
            cache.setGenerations(present, now: now + 30_000, monotonic: 0).gone.isEmpty, "they may come back in time")
        let change = cache.setGenerations(present, now: now + 30_004, monotonic: 0)
        #expect(change.gone == [Sample.id(2), Sample.id(3)], "of five too many, those that are past")
        #expect(cache.setGenerations(present, now: now + 90_000, monotonic: 0).gone == (4...6).map(Sample.id))
        #expect(cache.floors.count == 1026)
        #expect(cache.floor(of: Sample.id(1)) == now + 1)
    }

    @Test func whatGoesMakesRoom() {
        var cache = ReplayCache(window: Sample.window, reserved: 1, extraPlaces: 2)
        cache.restore(floor: now, of: Sample.id(1))
        for number in 2...1025 as ClosedRange<UInt64> { cache.restore(floor: now + 500, of: Sample.id(number)) }
        (1...2).forEach { cache.restore(Sample.knock($0, of: 1)) }
        (1...2).forEach { cache.restore(Sample.knock($0, at: now + 99_000, of: 2)) }
        let late = now + 60_000
        #expect(cache.setGenerations([Sample.id(2), Sample.id(3)], now: late, monotonic: 0).gone.isEmpty)
        #expect(cache.setGenerations([Sample.id(2000)], now: late, monotonic: 0).gone == [Sample.id(1)])
        #expect(cache.count == 2)
        for nonce in 1...2 as ClosedRange<UInt64> {
            #expect(cache.take(Sample.knock(nonce, at: late + nonce, of: 2000), now: late).isSpent)
        }
        #expect(cache.take(Sample.knock(3, at: late + 3, of: 2000), now: late) == .refused(.replayTableFull))
    }
}

extension ReplayCache {
    mutating func take(
        _ knock: SpentKnock, siblings: [GenerationID] = [], now: UInt64 = Sample.now, monotonic: Milliseconds = 0,
        over excess: RejectReason? = nil
    ) -> SpendOutcome {
        spend(knock, siblings: siblings, now: now, monotonic: monotonic) { excess }
    }

    /// As the next daemon has it from the ledger.
    var restarted: ReplayCache {
        var next = ReplayCache(window: window)
        spentKnocks.forEach { next.restore($0) }
        floors.forEach { next.restore(floor: $0.floor, of: $0.generation) }
        return next
    }
}

extension SpendOutcome {
    var isSpent: Bool { forgotten != nil }

    /// What was forgotten; nil if the knock was not spent.
    var forgotten: [Nonce]? {
        if case .spent(let spending) = self { spending.forgotten } else { nil }
    }
}
