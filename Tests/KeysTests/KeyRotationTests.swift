import TestSupport
import Testing

@testable import Keys

struct KeyRotationTests {
    private let now = Sample.now
    private let week: UnixSeconds = 7 * 86_400

    private func states(_ key: Key) -> [KeyGeneration.State] { key.generations.map(\.state) }
    private func numbers(_ key: Key) -> [Int] { key.generations.map(\.number) }

    private func rotated(
        _ key: Key, _ retirement: KeyGeneration.Retirement? = nil, firstUses: KeyRotation.FirstUses = [:],
        isForced: Bool = false
    ) throws -> Key {
        let next = UInt8(truncatingIfNeeded: (key.newest?.number ?? 0) + 1)
        return try key.rotated(
            secret: Sample.secret(next), retirement: retirement ?? .at(now + week), now: now, firstUses: firstUses,
            isForced: isForced)
    }

    private func refusal<Value>(_ body: () throws -> Value) -> KeyRotation.Refusal? {
        #expect(throws: KeyRotation.Refusal.self) { try body() }
    }

    // MARK: Add

    @Test func aNewKeyHasOneActiveGeneration() throws {
        let key = try Key(
            name: Sample.name("laptop"), server: Sample.name("gw.example.org"), secret: Sample.secret(1), now: now)
        #expect(key == (try Sample.key(.active)))
    }

    // MARK: Rotate

    @Test func theOldOneRetiresAndBothCountUntilThen() throws {
        let key = try rotated(Sample.key(.active))
        #expect(key == (try Sample.key(.retiring(.at(now + week)), .active)))
        let old = key.generations[0]
        #expect(key.standing(of: old, at: now + week - 1, [:]) == .retiring)
        #expect(key.standing(of: old, at: now + week, [:]) == .retired)
        #expect(key.standing(of: key.generations[1], at: .max, [:]) == .active)
    }

    @Test func untilUsedItRetiresAnHourAfterTheNewOnesFirstUse() throws {
        let key = try rotated(Sample.key(.active), .afterUse)
        let (old, new) = (key.generations[0], key.generations[1])
        #expect(key.standing(of: old, at: .max, [:]) == .retiring)
        #expect(key.standing(of: old, at: now + 3599, [new.id: now]) == .retiring)
        #expect(key.standing(of: old, at: now + 3600, [new.id: now]) == .retired)
        #expect(key.standing(of: old, at: .max, [old.id: now]) == .retiring, "its own use is no sign")
    }

    @Test func theFirstUseOfAnyNewerOneCounts() throws {
        let key = try Sample.key(.retiring(.afterUse), .retiring(.afterUse), .active)
        let ids = key.generations.map(\.id)
        #expect(key.successorFirstUsed(of: 1, [ids[2]: 500, ids[1]: 700]) == 500)
        #expect(key.successorFirstUsed(of: 2, [ids[2]: 900, ids[1]: 700]) == 900)
        #expect(key.successorFirstUsed(of: 3, [ids[2]: 900]) == nil)
    }

    @Test func aSecondOneInsideTheGraceIsRefusedUnlessForced() throws {
        let key = try Sample.key(.retiring(.at(now + 1)), .active)
        #expect(refusal { try rotated(key) } == .graceIsRunning(generation: 1, until: now + 1))
        #expect(
            states(try rotated(key, isForced: true)) == [
                .retiring(.at(now + 1)), .retiring(.at(now + week)), .active,
            ])
    }

    @Test func aSecondOneIsPossibleWhenTheGraceIsOver() throws {
        #expect(numbers(try rotated(Sample.key(.retiring(.at(now)), .active))) == [1, 2, 3])
        #expect(numbers(try rotated(Sample.key(.revoked, .active))) == [1, 2, 3])
    }

    @Test func untilUsedTheGraceLastsAsLongAsNobodyKnowsOfAUse() throws {
        let key = try Sample.key(.retiring(.afterUse), .active)
        let id = key.generations[1].id
        #expect(refusal { try rotated(key) } == .graceIsRunning(generation: 1, until: nil))
        #expect(
            refusal { try rotated(key, firstUses: [id: now - 3599]) } == .graceIsRunning(generation: 1, until: now + 1))
        #expect(numbers(try rotated(key, firstUses: [id: now - 3600])) == [1, 2, 3])
    }

    @Test func noGraceEndsTheOldOneAtOnce() throws {
        let key = try rotated(Sample.key(.active), .at(now))
        #expect(key.standing(of: key.generations[0], at: now, [:]) == .retired)
    }

    @Test func aRevokedKeyCanHaveANewGeneration() throws {
        #expect(states(try rotated(Sample.key(.revoked, .revoked))) == [.revoked, .revoked, .active])
    }

    @Test func aGraceBeyondAllTimesIsRefused() throws {
        let key = try Sample.key(.active)
        #expect(refusal { try rotated(key, .at(Timestamp.range.upperBound + 1)) } == .graceIsTooLong)
        #expect(refusal { try rotated(key, .at(-1)) } == .graceIsTooLong)
        #expect(numbers(try rotated(key, .at(Timestamp.range.upperBound))) == [1, 2])
    }

    @Test func theNumbersEnd() throws {
        var key = try Sample.key(.revoked)
        key.generations = [try Sample.generation(KeysLimits.greatestNumber - 1, .revoked)]
        key = try rotated(key)
        #expect(key.newest?.number == KeysLimits.greatestNumber)
        #expect(refusal { try rotated(key) } == .isLast(KeysLimits.greatestNumber), "pruning would not help")
    }

    @Test func thereIsACapThatPruningHelpsAgainst() throws {
        var key = try Sample.key(.active)
        key.generations = try (1...200).map { try Sample.generation($0, .revoked) }
        #expect(refusal { try rotated(key) } == .isFull)
        #expect(numbers(try rotated(key.pruned(at: now, [:]))) == [200, 201])
    }

    // MARK: Revoke

    @Test func oneOrAllAreRevoked() throws {
        let key = try Sample.key(.retiring(.afterUse), .active)
        #expect(states(try key.revoked(1)) == [.revoked, .active])
        #expect(states(try key.revoked(2)) == [.retiring(.afterUse), .revoked])
        #expect(states(try key.revoked()) == [.revoked, .revoked])
        #expect(try key.revoked(1).revoked(1) == key.revoked(1))
        #expect(refusal { try key.revoked(3) } == .noGeneration(3))
    }

    // MARK: Prune

    @Test func whatCountsNoMoreGoesExceptTheNewest() throws {
        let key = try Sample.key(.revoked, .retiring(.at(now)), .retiring(.at(now + 1)), .retiring(.afterUse), .active)
        #expect(numbers(key.pruned(at: now, [:])) == [3, 4, 5])
        #expect(numbers(key.pruned(at: now + 1, [:])) == [4, 5])
        #expect(numbers(key.pruned(at: now, [key.generations[4].id: 0])) == [3, 5])
        #expect(numbers(try key.revoked().pruned(at: now, [:])) == [5])
    }

    // MARK: Export

    @Test func theClientGetsTheNewest() throws {
        let key = try Sample.key(.retiring(.at(now + 1)), .active)
        #expect(try key.exported(at: now).generations == [key.generations[1]])
    }

    @Test func whatDoesNotCountIsNotGivenAway() throws {
        #expect(refusal { try Sample.key(.active, .revoked).exported(at: now) } == .newestIsGone(.revoked))
        #expect(refusal { try Sample.key(.retiring(.at(now))).exported(at: now) } == .newestIsGone(.retired))
    }

    // MARK: Merge

    @Test func newerOnesAreAddedAndTheKnownOnesKept() throws {
        let server = try Sample.key(.retiring(.at(now + week)), .active)
        let merge = try Sample.key(.active).merged(with: server.exported(at: now))
        #expect(merge.key == (try Sample.key(.retiring(.afterUse), .active)))
        #expect(merge.added == [2])
        #expect(merge.leftOut == [])
    }

    @Test func importingAgainChangesNothing() throws {
        let file = try Sample.key(.retiring(.at(now + week)), .active).exported(at: now)
        let once = try Sample.key(.active).merged(with: file).key
        #expect(try once.merged(with: file) == KeyRotation.Merge(key: once))
    }

    @Test func aRevokedOneNeverComesBack() throws {
        let old = try Sample.key(.active, .active)
        let revoked = try old.revoked()
        #expect(try revoked.merged(with: old).key == revoked)
        let pruned = try rotated(revoked).pruned(at: now, [:])
        let merge = try pruned.merged(with: old)
        #expect(merge.key == pruned)
        #expect(merge.leftOut == [1, 2])
        #expect(try revoked.pruned(at: now, [:]).merged(with: old).key.generations.map(\.state) == [.revoked])
    }

    @Test func nobodyIsRevivedByAStateThatIsEarlier() throws {
        let later: [KeyGeneration.State] = [.retiring(.at(5)), .revoked]
        for state in later {
            let ours = Key(
                name: Sample.name("laptop"), server: Sample.name("gw.example.org"),
                generations: [try Sample.generation(1, state), try Sample.generation(2)])
            #expect(try ours.merged(with: Sample.key(.active)).key == ours)
        }
        let retiring = try Sample.key(.retiring(.at(5)), .active)
        #expect(try retiring.merged(with: Sample.key(.retiring(.at(9)))).key == retiring)
    }

    @Test func whatTheOtherFileRevokesIsRevoked() throws {
        let merge = try Sample.key(.active, .active).merged(with: Sample.key(.revoked, .retiring(.at(7))))
        #expect(states(merge.key) == [.revoked, .retiring(.at(7))])
        #expect(merge.revoked == [1])
    }

    @Test func anotherServersKeyIsRefused() throws {
        let other = Key(
            name: Sample.name("laptop"), server: Sample.name("other"),
            generations: [try Sample.generation(2, server: "other")])
        #expect(refusal { try Sample.key(.active).merged(with: other) } == .otherServer(Sample.name("other")))
    }

    @Test func anotherSecretUnderAKnownNumberIsRefused() throws {
        let ours = try Sample.key(.active)
        let strange = try Sample.generation(9)
        for (number, generation) in [(1, strange), (5, ours.generations[0])] {
            let theirs = KeyGeneration(
                number: number, id: generation.id, secret: generation.secret, created: now, state: .active)
            let key = Key(name: ours.name, server: ours.server, generations: [theirs])
            #expect(refusal { try ours.merged(with: key) } == .otherSecret(number))
        }
    }

    @Test func aClientThatImportsForYearsKeepsTheNewest() throws {
        var client = try Sample.key(.active)
        client.generations = try (1...200).map { try Sample.generation($0) }
        var file = client
        file.generations = [try Sample.generation(201)]
        client = try client.merged(with: file).key
        #expect(client.generations.count == KeysLimits.generations)
        #expect(client.generations.first?.number == 2)
        #expect(client.newest?.number == 201)
    }

    // MARK: All together

    /// Whatever happens in whatever order: the numbers rise, what was revoked stays revoked, and the text is read again.
    @Test func noWalkRevivesAnything() throws {
        var generator = SeededGenerator.announced()
        for _ in 0..<60 {
            var (key, old, revoked) = (try Sample.key(.active), try Sample.key(.active), Set<Int>())
            for step in 0..<30 as Range<UnixSeconds> {
                let before = key
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: key = try rotated(key, .at(now + step), isForced: true)
                case 1: key = try key.revoked(key.generations.randomElement(using: &generator)?.number)
                case 2: key = key.pruned(at: now + step, [:])
                case 3: key = try key.merged(with: old).key
                case 4: old = key
                default: key = try rotated(key, .afterUse, isForced: true)
                }
                for generation in before.generations where generation.state == .revoked {
                    revoked.insert(generation.number)
                }
                #expect(numbers(key) == numbers(key).sorted())
                #expect(Set(numbers(key)).count == key.generations.count)
                #expect((key.newest?.number ?? 0) >= (before.newest?.number ?? 0))
                #expect(key.generations.allSatisfy { !revoked.contains($0.number) || $0.state == .revoked })
                #expect(KeyFile.read(KeyFile.text(of: key), file: "f") == .key(key))
            }
        }
    }
}
