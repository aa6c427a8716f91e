import Keys
import Ledger
import Linux
import TestSupport
import Testing

@testable import knockctl

struct KeyChangeWaitTests {
    private let directory: TemporaryDirectory
    private let key: Key
    private let place: KeyPlace

    init() throws {
        directory = try TemporaryDirectory()
        var bytes = [UInt8](repeating: 7, count: 32)
        key = try Key(
            name: #require(KeyName("laptop")), server: #require(KeyName("gw")), secret: SecretBytes(taking: &bytes),
            now: 5)
        place = KeyPlace(directory: directory.path("keys"), stateFile: directory.path("state.db"), isServers: true)
    }

    private func rotated() throws -> Key {
        var bytes = [UInt8](repeating: 8, count: 32)
        return try key.rotated(secret: SecretBytes(taking: &bytes), retirement: .afterUse, now: 6)
    }

    private func inForce(_ key: Key) -> [KeyInForce] {
        key.generations.map {
            KeyInForce(
                generation: $0.id, key: key.name, server: key.server, number: $0.number, created: 5, isFromMemory: false
            )
        }
    }

    @Test func aRotationIsTakenUpWithTheNewGenerationAndARevocationWithoutIt() throws {
        let rotated = try rotated()
        let (before, after) = (KeysInForce(keys: inForce(key)), KeysInForce(keys: inForce(rotated)))
        let rotation = KeyChange(from: key, to: rotated)
        #expect(!rotation.isDone(by: before) && rotation.isDone(by: after))
        let revocation = KeyChange(from: rotated, to: try rotated.revoked(2))
        #expect(!revocation.isDone(by: after) && revocation.isDone(by: before))
        #expect(!KeyChange(from: nil, to: key).isDone(by: KeysInForce()))
    }

    @Test func nobodyWaitsWhereNoDaemonUsesTheseKeys() throws {
        let change = KeyChange(from: nil, to: key)
        #expect(KeyChangeWait(place: KeyPlace(directory: "/keys"), change: change).wait() == nil)
        #expect(KeyChangeWait(place: place, change: change).wait() == nil)
        let ledger = try LockedLedger(
            stateFile: directory.path("state.db"), fallbackDirectory: directory.path("run"), bootID: "b"
        ).load().recordFloors([])
        let elsewhere = KeysInForceChange(daemon: .own, directory: "/elsewhere", added: [], removed: [])
        ledger.submit(LedgerEntry(keys: elsewhere), number: 1)
        #expect(ledger.completions { LedgerContent() }.map(\.outcome) == [.recorded])
        #expect(KeyChangeWait(place: place, change: change).wait() == nil)
    }

    @Test func whatIsInForceIsNotWaitedFor() throws {
        let ledger = try LockedLedger(
            stateFile: directory.path("state.db"), fallbackDirectory: directory.path("run"), bootID: "b"
        ).load().recordFloors([])
        let change = KeysInForceChange(daemon: .own, directory: place.directory, added: inForce(key), removed: [])
        ledger.submit(LedgerEntry(keys: change), number: 1)
        #expect(ledger.completions { LedgerContent() }.map(\.outcome) == [.recorded])
        #expect(KeyChangeWait(place: place, change: KeyChange(from: nil, to: key)).wait() == nil)
    }
}
