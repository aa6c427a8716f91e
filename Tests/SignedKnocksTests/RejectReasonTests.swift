import Testing

@testable import SignedKnocks

struct RejectReasonTests {
    @Test func eachReasonIsOfOneStep() {
        #expect(RejectReason.length.step == 1)
        #expect(RejectReason.unknownHint.step == 2)
        #expect(RejectReason.wrongTag.step == 3)
        let body: [RejectReason] = [
            .hintOfAnotherEpoch, .unknownOperation, .secondsInClose, .reservedNotZero, .malformedDoor,
            .addressNotAllowed, .sourceNotAllowed,
        ]
        #expect(body.allSatisfy { $0.step == 4 })
        #expect(RejectReason.outsideWindow(skew: 1).step == 5)
        let order: [RejectReason] = [
            .unknownDoor, .keyNotListed, .impossibleOperation, .addressDiffers, .addressMissing,
        ]
        #expect(order.allSatisfy { $0.step == 6 })
        #expect(RejectReason.belowFloor(until: 1).step == 7)
        let replay: [RejectReason] = [.replayed, .overtaken, .replayTableFull, .notRecorded]
        #expect(replay.allSatisfy { $0.step == 8 })
        let allowance: [RejectReason] = [
            .tooManyKnocks, .tooManyFromSource, .tooManyInAll, .tooManyOpenings(limit: 1), .tooManyWaiting,
            .commandTooLong,
        ]
        #expect(allowance.allSatisfy { $0.step == 9 })
    }
}
