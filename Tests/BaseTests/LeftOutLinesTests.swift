import Testing

@testable import Base

struct LeftOutLinesTests {
    @Test func theNumberIsToldASecondAfterTheFirst() {
        var lines = LeftOutLines()
        let before = lines.take(now: 0)
        lines.add(now: 100)
        lines.add(4, now: 900)
        let early = lines.take(now: 1099)
        #expect(lines.nextTelling == 1100)
        let told = lines.take(now: 1100)
        let again = lines.take(now: 9000)
        #expect([before, early, told, again] == [nil, nil, 5, nil])
        #expect(lines.nextTelling == nil)
    }

    @Test func afterAQuietTimeItIsToldAfterASecondAgain() {
        var lines = LeftOutLines()
        for now in stride(from: 0, through: 100_000, by: 1000) as StrideThrough<Milliseconds> {
            lines.add(now: now)
            _ = lines.take(now: now)
        }
        _ = lines.take(now: 200_000)
        lines.add(now: 400_000)
        #expect(lines.nextTelling == 401_000)
    }

    @Test func aRoleTellsItsNumberEachSecond() {
        var lines = LeftOutLines(longestPause: 1000)
        let told = (0..<10_000 as Range<Milliseconds>).compactMap { now -> Int? in
            lines.add(now: now)
            return lines.take(now: now)
        }
        #expect((9...10).contains(told.count))
    }

    @Test func noNumberIsTooGreat() {
        var lines = LeftOutLines()
        lines.add(40, now: 0)
        lines.add(.max, now: 10)
        lines.add(now: .max)
        let told = lines.take(now: 1000)
        #expect(told == .max)
        lines.add(now: .max)
        #expect(lines.nextTelling == .max)
    }
}
