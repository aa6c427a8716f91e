import Doors
import Testing

@testable import Ledger

/// What several entries of one transaction come to.
struct OpeningWritesTests {
    private let key: OpeningKey
    private let (first, last): (Opening, Opening)

    init() throws {
        first = try opening(deadline: 1)
        last = try opening(deadline: 2)
        key = first.key
    }

    private func writes(_ entries: LedgerEntry...) -> [OpeningKey: Opening?] {
        var writes = OpeningWrites()
        for entry in entries { writes.add(entry) }
        return writes.last
    }

    @Test func anEntryWithoutOpeningsWritesNone() {
        #expect(writes(LedgerEntry(uses: [generation(): 1])) == [:])
    }

    @Test func theLastStateCounts() throws {
        let (one, two) = (LedgerEntry(openings: [first]), LedgerEntry(openings: [last]))
        #expect(writes(one) == [key: first])
        #expect(writes(one, two) == [key: last])
        #expect(writes(two, one) == [key: first])
        let other = try opening("other")
        #expect(writes(one, LedgerEntry(openings: [other])) == [key: first, other.key: other])
    }

    @Test func whatIsOverIsGoneUnlessItBeginsAnew() {
        let over = LedgerEntry(closing: [key])
        #expect(writes(over) == [key: nil])
        #expect(writes(LedgerEntry(openings: [first]), over) == [key: nil])
        #expect(writes(over, LedgerEntry(openings: [last])) == [key: last])
        #expect(writes(LedgerEntry(openings: [last], closing: [key])) == [key: last])
    }
}
