import Knocks
import Testing

struct KnockSequenceTests {
    @Test(arguments: [(0, false), (1, true), (2, true), (31, true), (32, true), (33, false), (1000, false)])
    func aSequenceHasOneToThirtyTwoKnocks(count: Int, isOne: Bool) {
        let sequence = KnockSequence((0..<count).map { Knock(.tcp, UInt16(7000 + $0)) })
        #expect((sequence != nil) == isOne)
        if isOne { #expect(sequence?.count == count) }
    }

    @Test func knocksKeepTheirOrderAndMayRepeat() throws {
        let knocks = [Knock(.tcp, 7000), Knock(.udp, 7000), Knock(.tcp, 7000)]
        let sequence = try #require(KnockSequence(knocks))
        #expect(sequence.knocks == knocks)
        #expect(sequence.first == Knock(.tcp, 7000))
    }

    @Test func theOrderMatters() {
        #expect(sequence([Knock(.tcp, 1), Knock(.tcp, 2)]) != sequence([Knock(.tcp, 2), Knock(.tcp, 1)]))
    }
}
