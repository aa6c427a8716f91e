import Foundation
import Linux
import TestSupport
import Testing

struct FilesTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    @Test(arguments: [0, 1, 16_383, 16_384, 16_385, 100_000])
    func aFileIsReadWhole(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
        #expect(try Files.read(try directory.write(bytes, to: "file")) == bytes)
    }

    @Test(arguments: [(10, 10, true), (10, 9, false), (0, 0, true), (1, 0, false), (40_000, 39_999, false)])
    func aFileOverTheLimitIsRefused(size: Int, limit: Int, fits: Bool) throws {
        let path = try directory.write(Array(repeating: 1, count: size), to: "file")
        if fits {
            #expect(try Files.read(path, limit: limit).count == size)
        } else {
            #expect(throws: SystemError("read", path, code: EFBIG)) { try Files.read(path, limit: limit) }
        }
    }

    @Test func whatCannotBeReadIsNamed() {
        let path = directory.path("missing")
        #expect(throws: SystemError("open", path, code: ENOENT)) { try Files.read(path) }
        #expect(throws: SystemError("read", directory.path, code: EISDIR)) { try Files.read(directory.path) }
    }

    @Test(.timeLimit(.minutes(1))) func aPipeOrADeviceIsRefusedAtOnce() throws {
        let pipe = directory.path("pipe")
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let link = directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/zero")
        for path in [pipe, link] {
            #expect(throws: SystemError.notRegular(path)) { try Files.read(path) }
        }
        #expect(SystemError.notRegular("x").description == "x: not a regular file (S_ISREG)")
    }

    @Test(.timeLimit(.minutes(1))) func aPipeCanBeWaitedFor() async throws {
        let pipe = directory.path("pipe")
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        // Open for both, or the writer would wait for the reader.
        let writer = try Descriptor.open(pipe, O_RDWR)
        try writer.write([1, 2, 3])
        #expect(throws: SystemError("read", pipe, code: EFBIG)) { try Files.readWaiting(pipe, limit: 2) }
    }

    @Test func linksStayAsTheyAre() throws {
        let file = try directory.write([], to: "file")
        let link = directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        #expect(Files.absolutePath(link) == link, "where it leads may change")
        #expect(Files.absolutePath(directory.path("./file")) == file)
    }

    @Test func whatDoesNotExistIsMadeAbsolute() {
        #expect(Files.absolutePath(directory.path("missing")) == directory.path("missing"))
        let here = FileManager.default.currentDirectoryPath
        #expect(Files.absolutePath("no-such-file-here") == "\(here)/no-such-file-here")
    }

    @Test func aPrivateFileIsMadeAndKept() throws {
        let path = directory.path("file")
        try Files.makePrivateFile(path)
        #expect(Files.mode(path) == 0o600)
        try directory.write([1, 2], to: "file")
        try Files.makePrivateFile(path)
        #expect(try Files.read(path) == [1, 2])
    }

    @Test func aPrivateDirectoryIsMadeWhereItsParentIs() throws {
        let path = directory.path("inner")
        try Files.makePrivateDirectory(path)
        #expect(Files.mode(path) == 0o700)
        try Files.makePrivateDirectory(path)
        let deeper = directory.path("no/parent")
        #expect(throws: SystemError("mkdir", deeper, code: ENOENT)) { try Files.makePrivateDirectory(deeper) }
    }

    @Test func existenceAndModeAreThoseOfTheFile() throws {
        let path = directory.path("file")
        #expect(!Files.exists(path))
        #expect(Files.mode(path) == nil)
        try directory.write([], to: "file")
        try FileManager.default.setAttributes([.posixPermissions: 0o4751], ofItemAtPath: path)
        #expect(Files.exists(path))
        #expect(Files.mode(path) == 0o4751)
    }

    @Test func renamingReplaces() throws {
        let from = try directory.write([1], to: "from")
        let to = try directory.write([2], to: "to")
        try Files.rename(from, to: to)
        #expect(try directory.names() == ["to"])
        #expect(try Files.read(to) == [1])
        #expect(throws: SystemError("rename", from, code: ENOENT)) { try Files.rename(from, to: to) }
    }

    @Test func removingWhatIsNotThereIsNoError() throws {
        let path = try directory.write([1], to: "file")
        try Files.remove(path)
        #expect(!Files.exists(path))
        try Files.remove(path)
        #expect(throws: SystemError.self) { try Files.remove(directory.path) }
    }
}
