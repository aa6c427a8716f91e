import Keys
import Testing

@testable import Verifier

struct UndecidedClaimsTests {
    private var claims = UndecidedClaims()

    private func generation(_ number: Int) -> GenerationID { GenerationID(high: 1, low: UInt64(number)) }

    /// Adds claims of a generation while there is a place, and says how many.
    private mutating func fill(_ number: Int) -> Int {
        var count = 0
        while count < 5000, claims.insert(of: generation(number)) { count += 1 }
        return count
    }

    @Test mutating func ofTheSecondHalfEachGenerationThatHasNoneHasOnePlace() {
        #expect((1...8).map { fill($0) } == [Int](repeating: 64, count: 8))
        #expect((9...520).map { fill($0) }.allSatisfy { $0 == 1 })
        #expect(fill(521) == 0, "1,024 are undecided")
        let isThere = claims.remove(of: generation(1))
        #expect(isThere)
        #expect(fill(1) == 0, "it has 63")
        #expect(fill(521) == 1)
    }

    @Test mutating func aDecisionGivesItsPlaceBackAndNoOther() {
        #expect(fill(1) == 64)
        let (isThere, isOthersThere) = (claims.remove(of: generation(1)), claims.remove(of: generation(2)))
        #expect(isThere && !isOthersThere)
        #expect(fill(1) == 1)
        for _ in 0..<64 { _ = claims.remove(of: generation(1)) }
        let isLeft = claims.remove(of: generation(1))
        #expect(!isLeft)
    }
}
