import Base
import Testing

struct CounterTests {
    @Test func aReportSaysWhatHasComeSinceTheLast() {
        var counter = Counter()
        counter.add()
        counter.add(4)
        let first = counter.report()
        counter.add(2)
        #expect(counter.unreported == 2 && counter.total == 7)
        let second = counter.report()
        let third = counter.report()
        #expect([first, second, third] == [5, 2, 0])
        #expect(counter.total == 7, "it only grows")
    }

    @Test func pastTheGreatestNumberItStandsStill() {
        var counter = Counter()
        counter.add(.max)
        counter.add(3)
        let first = counter.report()
        counter.add()
        let second = counter.report()
        #expect([first, second] == [.max, 0])
        #expect(counter.total == .max)
    }
}
