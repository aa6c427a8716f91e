import Base
import CSQLite
import Doors
import Foundation
import Hints
import Keys
import Linux
import Packets
import SignedKnocks
import TestSupport
import Testing

@testable import Ledger

/// A place for a ledger and its fallback, both in one directory of the test's own.
final class Site {
    let directory: TemporaryDirectory
    let primary: String
    let runDirectory: String

    /// - Parameter stateFile: the name of StateFile within the directory.
    init(_ stateFile: String = "state/state.db") throws {
        directory = try TemporaryDirectory()
        primary = directory.path(stateFile)
        runDirectory = directory.path("run")
    }

    var fallback: String { "\(runDirectory)/state-\(Files.digest(ofPath: primary)).db" }

    /// A ledger that a daemon which starts now has read, before it has recorded anything.
    func loaded(boot: String = "boot") throws -> LoadedLedger {
        try LockedLedger(stateFile: primary, fallbackDirectory: runDirectory, bootID: boot).load()
    }

    /// A daemon that starts now: its ledger, and what it has found.
    func started(
        boot: String = "boot"
    ) throws -> (ledger: FailoverLedger, openings: [Opening], replay: RecordedReplayState) {
        try loaded(boot: boot).withFloors()
    }

    func ledger(boot: String = "boot") throws -> FailoverLedger { try started(boot: boot).ledger }

    /// What a daemon that starts now finds.
    func load(boot: String = "boot") throws -> [Opening] { try loaded(boot: boot).openings }

    /// A daemon's life in which these openings are recorded.
    func record(_ openings: [Opening], boot: String = "boot") throws {
        let ledger = try ledger(boot: boot)
        for opening in openings { #expect(ledger.record(opening) { openings }) }
    }

    /// Puts something into StateFile that is no ledger of ours.
    func makeStateFile(_ statements: [String]) throws {
        try Files.makePrivateDirectory(directory.path("state"))
        try Files.makePrivateFile(primary)
        let database = try Database(primary, readOnly: false)
        for statement in statements { try database.run(statement) }
    }

    /// Keeps everybody from writing a file for as long as the result lives, as a full disk would.
    func block(_ path: String) throws -> Database {
        let database = try Database(path, readOnly: false)
        try database.run("BEGIN IMMEDIATE")
        return database
    }
}

func opening(
    _ name: String = "ssh", ordinal: Int = 1, _ address: String = "198.18.1.2", start: String = "open",
    stop: String = "close", startLimit: Milliseconds? = nil, phase: Opening.Phase = .open,
    deadline: Milliseconds = 5000
) throws -> Opening {
    let address = try #require(IPAddress(address))
    return opening(
        at: OpeningKey(door: DoorIdentity(name: name, ordinal: ordinal), address: address),
        OpeningCommands(start: start, stop: stop, startLimit: startLimit, stopLimit: 30_000), phase: phase,
        deadline: deadline)
}

/// One that a sequence alone holds.
func opening(
    at key: OpeningKey, _ commands: OpeningCommands, openFor: Milliseconds = 10_000, phase: Opening.Phase = .open,
    deadline: Milliseconds = 5000
) -> Opening {
    Opening(
        key: key,
        values: CommandValues(address: key.address, key: nil, door: key.door.name, seconds: Int(openFor / 1000)),
        commands: commands, phase: phase,
        holds: [
            Hold(
                holder: .sequence, generation: nil, openFor: openFor, deadline: deadline,
                awaitsStart: phase == .starting)
        ])
}

extension [Opening] {
    /// In an order that does not depend on who made the list.
    var inOrder: [Opening] {
        sorted { ($0.key.door.name, $0.key.address.low) < ($1.key.door.name, $1.key.address.low) }
    }
}

extension LoadedLedger {
    /// The floors that were found are those with which this daemon begins.
    consuming func withFloors() -> (ledger: FailoverLedger, openings: [Opening], replay: RecordedReplayState) {
        let (openings, replay) = (openings, replay)
        return (recordFloors(replay.state.floors), openings, replay)
    }
}

extension FailoverLedger {
    /// Records one entry alone.
    func record(_ entry: LedgerEntry, all: () -> LedgerContent) -> RecordOutcome {
        submit(entry, number: 0)
        let completions = completions(all: all)
        #expect(completions.map(\.number) == [0] && !isWaiting)
        return completions.first?.outcome ?? .failed
    }

    /// Records one opening alone.
    func record(_ opening: Opening, all: () -> [Opening]) -> Bool {
        record(LedgerEntry(openings: [opening])) { LedgerContent(openings: all()) } == .recorded
    }

    /// Records that one opening is over.
    func close(_ key: OpeningKey, all: () -> [Opening]) -> Bool {
        record(LedgerEntry(closing: [key])) { LedgerContent(openings: all()) } == .recorded
    }

    /// With openings alone.
    func tryToReturn(all: () -> [Opening]) {
        tryToReturn { LedgerContent(openings: all()) }
    }
}

/// A generation of some key, told from others by its number.
func generation(_ number: UInt64 = 1) -> GenerationID { GenerationID(high: 7, low: number) }

/// A knock that is spent; its nonce is told from others by a number.
func spent(
    _ number: UInt64, of generation: GenerationID = generation(), timestamp: UInt64 = 1_700_000_000_000,
    _ address: String = "198.18.1.2", operation: SignedKnockBody.Operation = .open
) throws -> SpentKnock {
    SpentKnock(
        generation: generation, nonce: Nonce(high: .max, low: number), timestamp: timestamp, door: "ssh",
        address: try #require(IPAddress(address)), operation: operation)
}

/// Nothing is forgotten for it.
func spending(_ knock: SpentKnock) -> Spending { Spending(knock: knock, forgotten: [], floor: nil) }

extension RecordedReplayState {
    /// The nonces' numbers, sorted.
    var numbers: [UInt64] { state.spent.map(\.nonce.low).sorted() }

    var floors: [GenerationID: UInt64] { Dictionary(state.floors.map { ($0.generation, $0.floor) }) { max($0, $1) } }
}

extension Site {
    /// The replay state that a daemon finds which starts now.
    func replayState(boot: String = "boot") throws -> RecordedReplayState {
        try loaded(boot: boot).replay
    }

    /// A daemon's life in which these entries are recorded, in a ledger of this boot.
    func record(entries: [LedgerEntry], boot: String = "boot") throws {
        let ledger = try ledger(boot: boot)
        for entry in entries { #expect(ledger.record(entry) { LedgerContent() } == .recorded) }
        #expect(ledger.isHome)
    }
}

// MARK: Files that fail

extension Site {
    /// Makes a table of a file refuse: "INSERT ON spent".
    func refuse(_ write: String, in path: String) throws {
        try Database(path, readOnly: false).run(
            "CREATE TRIGGER refuse BEFORE \(write) BEGIN SELECT RAISE(ABORT, 'refused'); END")
    }

    func refuseNoMore(in path: String) throws {
        try Database(path, readOnly: false).run("DROP TRIGGER refuse")
    }

    /// Overwrites the tables of a file that a daemon has open, as a broken disk would.
    func damage(_ path: String) throws {
        do {
            let other = try Database(path, readOnly: false)
            // What the daemon remembers of the file counts no more.
            try other.run("UPDATE ledger SET epoch = epoch")
            try other.run("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let length = try file.seekToEnd()
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: Int(length) - 4096))
        try file.close()
    }
}

extension Database {
    /// Makes every transaction of this connection fail at its end.
    func refusesCommits(_ refuses: Bool) {
        _ = unsafe sqlite3_commit_hook(handle, refuses ? { _ in 1 } : nil, nil)
    }
}
