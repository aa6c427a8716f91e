import Keys
import Ledger
import Testing

@testable import Doorkeeper

struct KeyringTests {
    private static func key(
        _ name: String, _ states: [KeyGeneration.State], seed: UInt8 = 1
    ) throws -> Key {
        let server = try #require(KeyName("gw"))
        var generations: [KeyGeneration] = []
        for (place, state) in states.enumerated() {
            var bytes = [UInt8](repeating: seed, count: 31) + [UInt8(place)]
            let secret = SecretBytes(taking: &bytes)
            generations.append(
                KeyGeneration(
                    number: place + 1, id: try GenerationID(of: secret, server: server), secret: secret, created: 0,
                    state: state))
        }
        return Key(name: try #require(KeyName(name)), server: server, generations: generations)
    }

    @Test func whatTheFilesSayCounts() throws {
        var ring = Keyring()
        let key = try Self.key("laptop", [.revoked, .retiring(.at(1000)), .active])
        try ring.take([key], keeping: [])
        #expect(ring.keyCount == 1)
        #expect(ring.all.map(\.number) == [1, 2, 3])
        #expect(ring.all.map { ring.standing(of: $0, at: 999) } == [.revoked, .retiring, .active])
        #expect(ring.all.map { ring.standing(of: $0, at: 1000) } == [.revoked, .retired, .active])
        #expect(ring.nextEnd(after: 999) == 1000)
        #expect(ring.nextEnd(after: 1000) == nil)
        #expect(ring[key.generations[2].id]?.number == 3)
    }

    @Test func aKeyWhoseFileIsBrokenStaysAsItWasAndOneWhoseFileIsGoneGoes() throws {
        var ring = Keyring()
        let (laptop, phone) = (try Self.key("laptop", [.active]), try Self.key("phone", [.active], seed: 2))
        try ring.take([laptop, phone], keeping: [])
        try ring.take([], keeping: [laptop.name])
        #expect(ring.names == [laptop.name])
        #expect(ring[laptop.generations[0].id] != nil)
        #expect(ring[phone.generations[0].id] == nil)
        // One that was never good is no key.
        try ring.take([], keeping: [laptop.name, phone.name])
        #expect(ring.names == [laptop.name])
    }

    @Test func whatWasPrunedHoldsAsLittleAsWhatWasRevoked() throws {
        var ring = Keyring()
        let key = try Self.key("laptop", [.revoked, .retiring(.at(0)), .active])
        let (laptop, phone) = (key.name, try #require(KeyName("phone")))
        try ring.take([key], keeping: [])
        #expect(key.generations.map { ring.hasRevoked($0.id, of: laptop) } == [true, false, false])
        var pruned = key
        pruned.generations.removeFirst(2)
        try ring.take([pruned], keeping: [])
        #expect(key.generations.map { ring.hasRevoked($0.id, of: laptop) } == [true, true, false])
        // Its file is not there: it may come back.
        #expect(!ring.hasRevoked(key.generations[0].id, of: phone))
        // Under another name it is what it was.
        #expect(!ring.hasRevoked(key.generations[2].id, of: phone))
    }

    @Test func aGenerationThatRetiresByUseDoesSoAnHourAfterAnotherWasUsed() throws {
        var ring = Keyring()
        let key = try Self.key("laptop", [.retiring(.afterUse), .active])
        try ring.take([key], keeping: [])
        #expect(ring.standing(of: ring.all[0], at: .max) == .retiring)
        #expect(ring.used(key.generations[0].id, at: 500) == true)
        #expect(ring.nextEnd(after: 0) == nil)
        #expect(ring.used(key.generations[1].id, at: 1000) == true)
        #expect(ring.used(key.generations[1].id, at: 2000) == false)
        #expect(ring.nextEnd(after: 0) == 4600)
        #expect(ring.standing(of: ring.all[0], at: 4599) == .retiring)
        #expect(ring.standing(of: ring.all[0], at: 4600) == .retired)
        #expect(ring.uses[key.generations[1].id] == KeyUse(firstUsed: 1000, lastUsed: 2000))
    }

    @Test func useNeverGoesBack() throws {
        var ring = Keyring()
        let id = GenerationID(high: 1, low: 2)
        _ = ring.used(id, at: 2000)
        _ = ring.used(id, at: 1000)
        #expect(ring.uses[id] == KeyUse(firstUsed: 2000, lastUsed: 2000))
    }

    @Test func theOtherGenerationsOfAKeyAreItsSiblings() throws {
        var ring = Keyring()
        let (laptop, phone) = (try Self.key("laptop", [.active, .active]), try Self.key("phone", [.active], seed: 2))
        try ring.take([laptop, phone], keeping: [])
        #expect(ring.siblings(of: laptop.generations[1].id).map(\.number) == [1, 2])
        #expect(ring.siblings(of: GenerationID(high: 0, low: 0)).isEmpty)
        #expect(ring.idsInUse[phone.generations[0].id] == phone.name)
    }

    /// The new generation was made at 0, and the grace is 4,000 s: its last quarter begins at 3,000.
    @Test func aRotationThatNobodyUsesIsWorthAWarningTowardsItsEnd() throws {
        var ring = Keyring()
        let key = try Self.key("laptop", [.retiring(.at(4000)), .active])
        try ring.take([key], keeping: [])
        let old = try #require(ring[key.generations[0].id])
        #expect(ring.unused(old, at: 2999) == nil)
        #expect(ring.unused(old, at: 3000) == .retires(4000))
        #expect(ring.unused(old, at: 3999) == .retires(4000))
        #expect(ring.unused(old, at: 4000) == nil)
        let new = try #require(ring[key.generations[1].id])
        #expect(ring.unused(new, at: 3500) == nil)
        _ = ring.used(key.generations[1].id, at: 100)
        #expect(ring.unused(old, at: 3500) == nil)
    }

    @Test func aLongGraceIsWarnedOfForThreeDays() throws {
        var ring = Keyring()
        let end: UnixSeconds = 400 * 86_400
        let key = try Self.key("laptop", [.retiring(.at(end)), .active])
        try ring.take([key], keeping: [])
        let old = try #require(ring[key.generations[0].id])
        #expect(ring.unused(old, at: end - 3 * 86_400 - 1) == nil)
        #expect(ring.unused(old, at: end - 3 * 86_400) == .retires(end))
    }

    @Test func whatRetiresByUseAwaitsIt() throws {
        var ring = Keyring()
        let key = try Self.key("laptop", [.retiring(.afterUse), .active])
        try ring.take([key], keeping: [])
        let old = try #require(ring[key.generations[0].id])
        #expect(ring.unused(old, at: 0) == .awaitsUse)
        _ = ring.used(key.generations[1].id, at: 100)
        #expect(ring.unused(old, at: 200) == nil)
    }
}
