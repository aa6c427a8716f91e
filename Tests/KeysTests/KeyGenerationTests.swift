import Testing

@testable import Keys

struct KeyGenerationTests {
    @Test(
        arguments: [
            (.active, nil, .active, nil), (.active, 0, .active, nil), (.revoked, 0, .revoked, nil),
            (.retiring(.at(1001)), nil, .retiring, 1001), (.retiring(.at(1000)), nil, .retired, 1000),
            (.retiring(.at(1001)), 0, .retiring, 1001), (.retiring(.afterUse), nil, .retiring, nil),
            (.retiring(.afterUse), -2599, .retiring, 1001), (.retiring(.afterUse), -2600, .retired, 1000),
            (.retiring(.afterUse), .max, .retiring, .max),
        ] as [(KeyGeneration.State, UnixSeconds?, KeyGeneration.Standing, UnixSeconds?)])
    func whereItStandsFollowsFromTheClock(
        state: KeyGeneration.State, used: UnixSeconds?, standing: KeyGeneration.Standing, end: UnixSeconds?
    ) throws {
        let generation = try Sample.generation(1, state)
        #expect(generation.standing(at: 1000, successorFirstUsed: used) == standing)
        #expect(generation.end(successorFirstUsed: used) == end)
        #expect(standing.isUsable == (standing == .active || standing == .retiring))
    }
}
