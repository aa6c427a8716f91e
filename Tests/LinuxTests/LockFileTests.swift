import Foundation
import Glibc
import Linux
import TestSupport
import Testing

struct LockFileTests {
    private let directory: TemporaryDirectory
    private let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path("lock")
    }

    @Test func onlyOneHasTheLock() throws {
        let lock = try LockFile(path)
        #expect(throws: SystemError("flock", path, code: LockFile.isHeld)) { try LockFile(path) }
        #expect(throws: SystemError("flock", path, code: LockFile.isHeld)) { try LockFile(path) }
        withExtendedLifetime(lock) {}
    }

    @Test func theHolderIsNamed() throws {
        #expect(LockFile.holder(path) == nil)
        let lock = try LockFile(path)
        #expect(LockFile.holder(path) == "\(ProcessInfo.processInfo.processIdentifier)")
        withExtendedLifetime(lock) {}
    }

    @Test func whoFailsDoesNotChangeTheName() throws {
        let lock = try LockFile(path)
        try directory.write(Array("123\n".utf8), to: "lock")
        _ = try? LockFile(path)
        #expect(LockFile.holder(path) == "123")
        withExtendedLifetime(lock) {}
    }

    @Test func theNextHolderReplacesTheName() throws {
        try directory.write(Array("99999999999\n and more".utf8), to: "lock")
        let lock = try LockFile(path)
        #expect(try Files.read(path) == Array("\(getpid())\n".utf8))
        withExtendedLifetime(lock) {}
    }

    /// As when a daemon is killed while it starts a command: the command has the lock until it has begun.
    @Test func aLockThatADeadHolderHasLeftIsWaitedFor() throws {
        try directory.write(Array("99999999\n".utf8), to: "lock")
        let child = try ChildProcess.runShell("flock '\(path)' sh -c 'touch \(path).held; sleep 0.3'")
        let begin = Clock.monotonic()
        while !Files.exists("\(path).held"), Clock.monotonic() < begin + 5000 { Clock.pause(5) }
        let held = Clock.monotonic()
        let lock = try LockFile(path)
        #expect((100...950).contains(Clock.monotonic() - held))
        #expect(LockFile.holder(path) == "\(getpid())")
        withExtendedLifetime(lock) {}
        _ = waitpid(child, nil, 0)
    }

    @Test func aLockIsNotWaitedForForEver() throws {
        let lock = try LockFile(path)
        try directory.write(Array("99999999\n".utf8), to: "lock")
        let begin = Clock.monotonic()
        #expect(throws: SystemError("flock", path, code: LockFile.isHeld)) { try LockFile(path) }
        #expect((900...3000).contains(Clock.monotonic() - begin))
        withExtendedLifetime(lock) {}
    }

    @Test func theLockGoesWithItsObject() throws {
        _ = try LockFile(path)
        _ = try LockFile(path)
    }

    @Test(arguments: ["", "\n", "nobody", "-1"])
    func whatIsNoNumberIsNoHolder(content: String) throws {
        try directory.write(Array(content.utf8), to: "lock")
        #expect(LockFile.holder(path) == nil)
    }

    @Test func aLinkIsNotFollowed() throws {
        let target = try directory.write(Array("kept".utf8), to: "target")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        #expect(throws: SystemError("open", path, code: ELOOP)) { try LockFile(path) }
        #expect(try Files.read(target) == Array("kept".utf8))
    }

    @Test func theHolderMaySayMoreOfItself() throws {
        let lock = try LockFile(path, remark: "eth0,lo")
        #expect(LockFile.holder(path) == "\(getpid())")
        #expect(LockFile.remark(path) == "eth0,lo")
        try directory.write(Array("123\n".utf8), to: "lock")
        #expect(LockFile.remark(path) == nil)
        withExtendedLifetime(lock) {}
    }

    @Test func whoPassesDoesNotSaySoAndDoesNotWait() throws {
        try directory.write(Array("99999999\n".utf8), to: "lock")
        do {
            let lock = try LockFile(path, isPassing: true)
            #expect(LockFile.holder(path) == "99999999")
            let begin = Clock.monotonic()
            #expect(throws: SystemError("flock", path, code: LockFile.isHeld)) { try LockFile(path, isPassing: true) }
            #expect(Clock.monotonic() - begin < 500)
            withExtendedLifetime(lock) {}
        }
        _ = try LockFile(path)
    }

    @Test func aLockThatOthersDoNotMeetIsNotInPlace() throws {
        let lock = try LockFile(path)
        #expect(lock.isInPlace)
        try Files.remove(path)
        #expect(!lock.isInPlace)
        let other = try LockFile(path)
        #expect(other.isInPlace && !lock.isInPlace)
    }

    @Test func aFileThatOthersCanChangeIsNoLock() throws {
        try directory.write([], to: "lock")
        #expect(unsafe chmod(path, 0o666) == 0)
        #expect(throws: SystemError("open", path, code: EPERM)) { try LockFile(path) }
    }

    @Test func aFileThatOthersCanChangeWakesNobodyEachTime() throws {
        try directory.write([], to: "lock")
        #expect(unsafe chmod(path, 0o660) == 0)
        let watch = try FileWatch()
        #expect(watch.watch(directory.path) == nil)
        #expect(throws: SystemError("open", path, code: EPERM)) { try LockFile(path) }
        #expect(!watch.acknowledge())
    }

    @Test func aLockIsTheOwnersAlone() throws {
        let lock = try LockFile(path)
        #expect(Files.mode(path) == 0o600)
        withExtendedLifetime(lock) {}
    }
}
