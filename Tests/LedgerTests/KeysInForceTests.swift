import Linux
import Base
import Foundation
import Keys
import TestSupport
import Testing

@testable import Ledger

/// What programs beside the daemon read of the keys that it goes by.
struct KeysInForceTests {
    private let site: Site

    init() throws {
        site = try Site()
    }

    private func key(_ number: UInt64, fromMemory: Bool = false) throws -> KeyInForce {
        KeyInForce(
            generation: GenerationID(high: 1, low: number), key: try #require(KeyName("laptop")),
            server: try #require(KeyName("gw")), number: Int(number), created: 5, isFromMemory: fromMemory)
    }

    private func read() -> KeysInForce? {
        Ledger.readKeysInForce(stateFile: site.primary, fallbackDirectory: site.runDirectory)
    }

    private func change(
        _ ledger: FailoverLedger, added: [KeyInForce] = [], removed: [GenerationID] = [],
        by daemon: ProcessIdentity? = .own, all: KeysInForce = KeysInForce()
    ) {
        let change = KeysInForceChange(daemon: daemon, directory: "/keys", added: added, removed: removed)
        #expect(ledger.record(LedgerEntry(keys: change)) { LedgerContent(keys: all) } == .recorded)
    }

    @Test func whatTheDaemonGoesByIsReadBesideIt() throws {
        #expect(read() == nil)
        let ledger = try site.ledger()
        #expect(read() == nil, "it has not said anything yet")
        change(ledger, added: [try key(1), try key(2)])
        #expect(read() == KeysInForce(daemon: .own, directory: "/keys", keys: [try key(1), try key(2)]))
        change(ledger, added: [try key(2, fromMemory: true)], removed: [try key(1).generation])
        #expect(read()?.keys == [try key(2, fromMemory: true)])
    }

    @Test func ofADaemonThatHasEndedNothingIsKnown() throws {
        let ledger = try site.ledger()
        let own = try #require(ProcessIdentity.own)
        change(ledger, added: [try key(1)], by: ProcessIdentity(id: own.id, began: own.began - 1))
        #expect(read() == nil)
        change(ledger, by: nil)
        #expect(read() == nil)
    }

    @Test func theNextDaemonBeginsAnew() throws {
        for _ in 0..<2 {
            let ledger = try site.ledger()
            #expect(read() == nil)
            change(ledger, added: [try key(1)])
            #expect(read()?.keys.count == 1)
        }
    }

    @Test func itMovesWithTheLedger() throws {
        let ledger = try site.ledger()
        let blocker = try site.block(site.primary)
        let all = KeysInForce(daemon: .own, directory: "/keys", keys: [try key(3)])
        change(ledger, added: [try key(3)], all: all)
        #expect(!ledger.isHome)
        #expect(read() == all)
        try blocker.run("ROLLBACK")
        ledger.tryToReturn { LedgerContent(keys: all) }
        #expect(ledger.isHome)
        #expect(read() == all)
    }

    @Test func aFileOfAnOlderDaemonSaysNothing() throws {
        try site.makeStateFile(["CREATE TABLE ledger (epoch INTEGER NOT NULL)", "INSERT INTO ledger VALUES (4)"])
        #expect(read() == nil)
    }

    @Test func ofTwoDaemonsTheOneThatHasTheKeysCounts() throws {
        let ledgers = try ["eth0", "lo"].map { interface in
            try LockedLedger(
                stateFile: site.primary, interfaces: [interface], mayStepAside: true,
                fallbackDirectory: site.runDirectory, bootID: "boot"
            ).load().recordFloors([])
        }
        change(ledgers[1], added: [try key(1)])
        #expect(read()?.keys == [try key(1)])
        let none = KeysInForceChange(daemon: .own, directory: nil, added: [], removed: [])
        #expect(ledgers[0].record(LedgerEntry(keys: none)) { LedgerContent() } == .recorded)
        #expect(read()?.keys == [try key(1)])
    }
}
