import Glibc
import TestSupport
import Testing

@testable import Linux

struct PidFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var path: String { directory.path + "/knockd.pid" }

    private func text() -> String? {
        (try? Files.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func itHoldsTheProcessIdAndGoesWithTheDaemon() throws {
        let file = try PidFile(path)
        #expect(text() == "\(getpid())\n")
        file.remove()
        #expect(!Files.exists(path))
    }

    @Test func aStaleFileIsTakenOver() throws {
        try Descriptor.open(path, O_WRONLY | O_CREAT).write(Array("1234567890\n".utf8))
        let file = try PidFile(path)
        #expect(text() == "\(getpid())\n")
        file.remove()
    }

    @Test func oneThatIsHeldIsRefusedAndStaysAsItIs() throws {
        let file = try PidFile(path)
        #expect(throws: SystemError("flock", path, code: PidFile.isHeld)) { try PidFile(path) }
        #expect(text() == "\(getpid())\n")
        file.remove()
    }

    @Test func aLockOfSomebodyElseDoesNotCount() throws {
        // As any user can take it who may read the file that a killed daemon has left.
        try Descriptor.open(path, O_WRONLY | O_CREAT).write(Array("1234567890\n".utf8))
        let stranger = try Descriptor.open(path, O_RDONLY)
        #expect(flock(stranger.number, LOCK_EX | LOCK_NB) == 0)
        let file = try PidFile(path)
        #expect(text() == "\(getpid())\n")
        #expect(throws: SystemError("flock", path, code: PidFile.isHeld)) { try PidFile(path) }
        withExtendedLifetime((stranger, file)) {}
    }

    @Test func theFileOfAnotherDaemonStays() throws {
        let file = try PidFile(path)
        try Files.remove(path)
        let other = try PidFile(path)
        file.remove()
        #expect(text() == "\(getpid())\n")
        other.remove()
        #expect(!Files.exists(path))
    }

    @Test func oneThatOthersCanChangeIsTakenFromThem() throws {
        try Descriptor.open(path, O_WRONLY | O_CREAT).write(Array("1234567890\n".utf8))
        #expect(unsafe chmod(path, 0o666) == 0)
        let file = try PidFile(path)
        #expect(Files.mode(path) == 0o644)
        file.remove()
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func oneOfAnotherUserIsMadeAnew() throws {
        let stranger = try Descriptor.open(path, O_WRONLY | O_CREAT)
        #expect(unsafe chown(path, 65534, 0) == 0)
        #expect(flock(stranger.number, LOCK_EX | LOCK_NB) == 0)
        let file = try PidFile(path)
        try stranger.write(Array("1\n".utf8))
        #expect(text() == "\(getpid())\n")
        file.remove()
    }

    @Test func aLinkIsNotFollowed() throws {
        let target = directory.path + "/target"
        try Descriptor.open(target, O_WRONLY | O_CREAT).write(Array("precious".utf8))
        #expect(unsafe symlink(target, path) == 0)
        #expect(throws: SystemError.self) { try PidFile(path) }
        #expect(try Files.read(target) == Array("precious".utf8))
    }
}
