import Foundation
import Linux
import TestSupport
import Testing

@testable import Ledger

struct KeyDirectoryLockTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test func oneDaemonHasTheKeysAndTheOtherLearnsWhich() throws {
        let first = try KeyDirectoryLock(directory: directory.path("."))
        let own = "\(ProcessInfo.processInfo.processIdentifier)"
        #expect(throws: KeyDirectoryLock.Refusal.held(by: own)) { try KeyDirectoryLock(directory: directory.path(".")) }
        #expect(first.isInPlace)
    }

    @Test func itGoesWithItsHolder() throws {
        for _ in 0..<3 { _ = try KeyDirectoryLock(directory: directory.path(".")) }
    }

    /// Or whoever only looks would wake the daemon, which would look again.
    @Test func whoeverIsRefusedChangesNothing() throws {
        let first = try KeyDirectoryLock(directory: directory.path("."))
        let watch = try FileWatch()
        watch.watch(directory.path("."))
        _ = try? KeyDirectoryLock(directory: directory.path("."))
        #expect(!watch.acknowledge())
        withExtendedLifetime(first) {}
    }

    /// As where the holder is in another container: whoever looks again does not wait each time, and changes nothing.
    @Test func aHolderThatCannotBeSeenIsWaitedForOnce() throws {
        let first = try KeyDirectoryLock(directory: directory.path("."))
        try directory.write(Array("99999999\n".utf8), to: ".knockd.lock")
        let watch = try FileWatch()
        watch.watch(directory.path("."))
        let began = Clock.monotonic()
        #expect(throws: KeyDirectoryLock.Refusal.held(by: "99999999")) {
            try KeyDirectoryLock(directory: directory.path("."), isPatient: false)
        }
        #expect(Clock.monotonic() - began < 500)
        #expect(!watch.acknowledge())
        withExtendedLifetime(first) {}
    }

    @Test func aDirectoryThatWasReplacedHasALockOfItsOwn() throws {
        try Files.makePrivateDirectory(directory.path("keys"))
        let first = try KeyDirectoryLock(directory: directory.path("keys"))
        try FileManager.default.moveItem(atPath: directory.path("keys"), toPath: directory.path("old"))
        #expect(!first.isInPlace)
        try Files.makePrivateDirectory(directory.path("keys"))
        #expect(!first.isInPlace)
        _ = try KeyDirectoryLock(directory: directory.path("keys"))
    }

    @Test func whereItCannotBeMadeTheReasonIsTold() throws {
        #expect {
            try KeyDirectoryLock(directory: directory.path("none"))
        } throws: { error in
            if case .failed(let reason) = error as? KeyDirectoryLock.Refusal { reason.isMissingFile } else { false }
        }
    }
}
