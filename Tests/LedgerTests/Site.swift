import Doors
import Foundation
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

    func ledger(boot: String = "boot") throws -> Ledger {
        try Ledger(stateFile: primary, fallbackDirectory: runDirectory, bootID: boot)
    }

    /// What a daemon that starts now finds.
    func load(boot: String = "boot") throws -> [Opening] {
        try ledger(boot: boot).load()
    }

    /// A daemon's life in which these openings are recorded.
    func record(_ openings: [Opening], boot: String = "boot") throws {
        let ledger = try ledger(boot: boot)
        _ = ledger.load()
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

extension Ledger {
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
        let ledger = try ledger(boot: boot)
        _ = ledger.load()
        return try #require(ledger.takeReplayState())
    }

    /// A daemon's life in which these entries are recorded, in a ledger of this boot.
    func record(entries: [LedgerEntry], boot: String = "boot") throws {
        let ledger = try ledger(boot: boot)
        _ = ledger.load()
        #expect(ledger.settle(floors: []) { LedgerContent() } == .recorded)
        for entry in entries { #expect(ledger.record(entry) { LedgerContent() } == .recorded) }
        #expect(ledger.isHome)
    }
}
