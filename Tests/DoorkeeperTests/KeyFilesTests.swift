import Base
import Foundation
import Keys
import Ledger
import Linux
import TestSupport
import Testing

@testable import Configuration
@testable import Doorkeeper

/// What the files say that keys go by: the key files, the lock beside them, and the mark.
struct KeyFilesTests {
    private static let id = String(repeating: "a1", count: 16)
    private static let own = "\(ProcessInfo.processInfo.processIdentifier)"

    private let outer: TemporaryDirectory
    private var options = Configuration.Options()
    private var files: KeyFiles

    init() throws {
        outer = try TemporaryDirectory()
        options.keyDirectory = outer.path("keys")
        try PrivateDirectory.make(options.keyDirectory)
        files = try KeyFiles(ledgerID: Self.id)
        files.use(options.keyDirectory)
    }

    private func write(_ name: String) throws {
        let key = try KeySamples.key(name, .active)
        let file = try outer.write(KeyFile.text(of: key), to: "keys/\(name).key")
        #expect(unsafe chmod(file, 0o600) == 0)
    }

    private mutating func read(isLockTaken: Bool = false) -> KeyReading {
        files.read(options, preferring: [:], isLockTaken: isLockTaken, uses: { [:] })
    }

    /// What came of trying to take a lock, without what goes with it.
    private static func word(_ lock: KeyReading.Lock) -> String {
        switch lock {
        case .untried: "untried"
        case .kept: "kept"
        case .acquired(let uses): uses == nil ? "acquired, uses unknown" : "acquired"
        case .taken(let process): "taken by \(process ?? "somebody")"
        case .failed(let error): "failed: \(error.reason)"
        }
    }

    @Test mutating func theKeyFilesAreReadAndTheLockIsTakenOnce() throws {
        try write("laptop")
        let first = read()
        #expect(first.found.entries.map(\.key.name.description) == ["laptop"])
        #expect(first.watchFault == nil)
        #expect(Self.word(first.lock) == "acquired")
        #expect(Self.word(read().lock) == "kept")
    }

    @Test mutating func usesAreAskedForWhenTheLockIsTakenAndNotBefore() throws {
        var asked = 0
        for _ in 0..<2 {
            _ = files.read(options, preferring: [:], isLockTaken: false) {
                asked += 1
                return nil
            }
        }
        #expect(asked == 1)
    }

    @Test mutating func anotherDaemonsLockIsSeenUntilItGoes() throws {
        do {
            var other = try KeyFiles(ledgerID: nil)
            other.use(options.keyDirectory)
            _ = other.read(options, preferring: [:], isLockTaken: false, uses: { [:] })
            #expect(Self.word(read(isLockTaken: true).lock) == "taken by \(Self.own)")
            other.use(nil)
        }
        #expect(Self.word(read(isLockTaken: true).lock) == "acquired")
    }

    @Test mutating func aDirectoryThatIsNotThereHasNoLock() throws {
        try FileManager.default.removeItem(atPath: options.keyDirectory)
        let reading = read()
        #expect(!reading.found.isUsable)
        #expect(Self.word(reading.lock) == "untried")
        #expect(files.compareMark() == nil)
        #expect(files.writeMark() == nil)
    }

    @Test mutating func theLockStaysBehindInTheFormerDirectory() throws {
        _ = read()
        let former = options
        options.keyDirectory = outer.path("other")
        try PrivateDirectory.make(options.keyDirectory)
        files.use(options.keyDirectory)
        #expect(Self.word(read().lock) == "acquired")
        var next = try KeyFiles(ledgerID: nil)
        next.use(former.keyDirectory)
        let reading = next.read(former, preferring: [:], isLockTaken: true, uses: { [:] })
        #expect(Self.word(reading.lock) == "acquired", "nobody has it any more")
    }

    // MARK: The mark

    @Test mutating func theMarkIsWrittenAfterItWasCompared() {
        _ = read()
        #expect(files.writeMark() == nil)
        #expect(LedgerMark.check(directory: options.keyDirectory, id: Self.id) == .absent)
        #expect(files.compareMark() == nil)
        #expect(files.writeMark() == nil)
        #expect(LedgerMark.check(directory: options.keyDirectory, id: Self.id) == .matches)
    }

    @Test mutating func anotherLedgersMarkIsALossAndIsReplaced() throws {
        try LedgerMark.write(directory: options.keyDirectory, id: String(repeating: "b2", count: 16))
        #expect(files.compareMark() == .markDiffers)
        #expect(files.writeMark() == nil)
        #expect(files.compareMark() == nil)
        #expect(LedgerMark.check(directory: options.keyDirectory, id: Self.id) == .matches)
    }

    @Test mutating func inAnotherDirectoryTheMarkIsComparedAgain() throws {
        #expect(files.compareMark() == nil)
        #expect(files.writeMark() == nil)
        let other = outer.path("other")
        try PrivateDirectory.make(other)
        try LedgerMark.write(directory: other, id: String(repeating: "b2", count: 16))
        files.use(other)
        #expect(files.compareMark() == .markDiffers)
    }

    @Test mutating func withoutADirectoryThereIsNoMark() throws {
        try LedgerMark.write(directory: options.keyDirectory, id: String(repeating: "b2", count: 16))
        files.use(nil)
        #expect(files.compareMark() == nil)
        #expect(files.writeMark() == nil)
    }

    // MARK: Changes

    @Test func aChangeOfAKeyFileWakes() throws {
        _ = files.changes.acknowledge()
        try write("laptop")
        #expect(Poller.wait([Poller.Interest(files.changes.descriptor.number)], timeout: 5000) == [true])
        #expect(files.changes.acknowledge())
    }
}
