import Packets
import Testing

@testable import Knocks

@Suite struct KnockIndexTests {
    private let index = KnockIndex(
        [
            [Knock(.tcp, 7000), Knock(.udp, 8000), Knock(.tcp, 7000)],
            [Knock(.udp, 7000)],
            [Knock(.udp, 8000), Knock(.tcp, 65535)],
            [Knock(.tcp, 7000), Knock(.tcp, 0)],
        ].compactMap { KnockSequence($0) })

    private func doors(_ places: Range<Int>?) -> [Int]? { places.map { $0.map { index.doors[$0] } } }

    @Test(arguments: [
        (Knock(.tcp, 7000), [0, 3], [0, 3]), (Knock(.udp, 8000), [2], [0, 2]), (Knock(.udp, 7000), [1], [1]),
        (Knock(.tcp, 65535), [], [2]), (Knock(.tcp, 0), [], [3]),
    ])
    func aKnockConcernsTheDoorsThatHaveItEachOnce(knock: Knock, begins: [Int], occursIn: [Int]) {
        #expect(doors(index[knock]?.begins) == begins)
        #expect(doors(index[knock]?.occursIn) == occursIn)
    }

    @Test(arguments: [Knock(.tcp, 8000), Knock(.udp, 65535), Knock(.udp, 0), Knock(.tcp, 7001), Knock(.tcp, 6999)])
    func anotherKnockConcernsNone(knock: Knock) {
        #expect(index[knock]?.occursIn == nil)
    }

    @Test func withoutDoorsNoKnockConcernsAny() {
        let empty = KnockIndex([])
        #expect(empty[Knock(.tcp, 7000)]?.occursIn == nil)
        #expect(empty.mostDoorsOfOneKnock == 0)
    }

    @Test func theMostCommonKnockCounts() {
        #expect(index.mostDoorsOfOneKnock == 2)
    }
}
