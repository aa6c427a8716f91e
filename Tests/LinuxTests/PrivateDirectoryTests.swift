import Foundation
import Linux
import TestSupport
import Testing

struct PrivateDirectoryTests {
    private let outer: TemporaryDirectory
    private let path: String

    init() throws {
        outer = try TemporaryDirectory()
        path = try outer.makePrivate("keys")
    }

    private func write(_ bytes: [UInt8], to name: String, mode: UInt32 = 0o600) throws {
        try outer.write(bytes, to: "keys/\(name)")
        #expect(unsafe chmod("\(path)/\(name)", mode) == 0)
    }

    private func fault<Value>(_ body: () throws -> Value) -> PrivacyFault? {
        #expect(throws: PrivacyFault.self) { try body() }
    }

    // MARK: The directory

    @Test func itIsMadeWithThoseOnTheWay() throws {
        let deep = outer.path("a/b/c")
        try PrivateDirectory.make(deep)
        try PrivateDirectory.make(deep)
        for part in ["a", "a/b", "a/b/c"] { #expect(Files.mode(outer.path(part)) == 0o700) }
        #expect(try PrivateDirectory(deep).names().isEmpty)
    }

    @Test(arguments: [0o701, 0o710, 0o720, 0o704, 0o1777, 0o750] as [UInt32])
    func oneThatOthersCanUseIsRefused(mode: UInt32) {
        #expect(unsafe chmod(path, mode) == 0)
        #expect(fault { try PrivateDirectory(path) } == .mode(mode))
    }

    @Test(arguments: ["", "/", "//"])
    func aLinkIsRefused(end: String) throws {
        let link = outer.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(fault { try PrivateDirectory(link + end) } == .link)
        #expect(try PrivateDirectory(path + end).path == path)
    }

    @Test func aFileOrNothingIsRefused() throws {
        let file = try outer.write([], to: "file")
        #expect(fault { try PrivateDirectory(file) } == .otherKind)
        let missing = outer.path("missing")
        #expect(fault { try PrivateDirectory(missing) } == .system(SystemError("open", missing, code: ENOENT)))
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func aStrangersIsRefused() throws {
        try write([1], to: "file")
        let directory = try PrivateDirectory(path)
        #expect(unsafe chown("\(path)/file", 65534, 0) == 0)
        #expect(fault { try directory.read("file", limit: 9) } == .owner(65534))
        #expect(unsafe chown(path, 65533, 0) == 0)
        #expect(fault { try PrivateDirectory(path) } == .owner(65533))
    }

    @Test func namesAreSorted() throws {
        for name in ["b", "a", ".c", "B"] { try write([], to: name) }
        #expect(try PrivateDirectory(path).names() == [".c", "B", "a", "b"])
        #expect(try PrivateDirectory(path).names().count == 4, "the second time it stands at the beginning again")
    }

    @Test func itStaysWhatItIsWhenItsPathLeadsElsewhere() throws {
        try write([1], to: "file")
        let directory = try PrivateDirectory(path)
        try Files.rename(path, to: outer.path("old"))
        try PrivateDirectory.make(path)
        #expect(try directory.read("file", limit: 9) == [1])
    }

    // MARK: Reading

    @Test(arguments: [0, 1, 9])
    func aFileIsReadWhole(count: Int) throws {
        let bytes = [UInt8](repeating: 7, count: count)
        try write(bytes, to: "file")
        #expect(try PrivateDirectory(path).read("file", limit: 9) == bytes)
    }

    @Test func aFileBeyondTheLimitIsRefused() throws {
        try write([UInt8](repeating: 7, count: 10), to: "file")
        let expected = SystemError("read", "\(path)/file", code: EFBIG)
        #expect(fault { try PrivateDirectory(path).read("file", limit: 9) } == .system(expected))
    }

    @Test(arguments: [0o604, 0o640, 0o610, 0o602, 0o644] as [UInt32])
    func aFileThatOthersCanUseIsRefused(mode: UInt32) throws {
        try write([1], to: "file", mode: mode)
        #expect(fault { try PrivateDirectory(path).read("file", limit: 9) } == .mode(mode))
    }

    @Test func whatIsNoFileIsRefusedAndNotWaitedFor() throws {
        let directory = try PrivateDirectory(path)
        #expect(unsafe mkfifo("\(path)/pipe", 0o600) == 0)
        #expect(fault { try directory.read("pipe", limit: 9) } == .otherKind)
        #expect(fault { try directory.read(".", limit: 9) } == .otherKind)
        try write([1], to: "file")
        try FileManager.default.createSymbolicLink(atPath: "\(path)/link", withDestinationPath: "file")
        #expect(fault { try directory.read("link", limit: 9) } == .link)
        #expect(
            fault { try directory.read("none", limit: 9) } == .system(SystemError("open", "\(path)/none", code: ENOENT))
        )
    }

    @Test func aSecretFromAPipeIsReadToItsEnd() throws {
        for (count, limit) in [(0, 5), (5, 5), (70_000, 70_000)] {
            let file = try outer.write([UInt8](repeating: 3, count: count), to: "secret")
            let secret = try Descriptor.open(file, O_RDONLY).readSecret(limit: limit)
            #expect(secret == [UInt8](repeating: 3, count: count))
        }
        let file = try outer.write([1, 2, 3], to: "secret")
        #expect(throws: SystemError("read", code: EFBIG)) { try Descriptor.open(file, O_RDONLY).readSecret(limit: 2) }
    }

    // MARK: Writing

    @Test func aNewFileTakesThePlaceOfTheOld() throws {
        let directory = try PrivateDirectory(path)
        try directory.lock(waiting: 0)
        try directory.replace("file", with: [1])
        let reader = try Descriptor.open("\(path)/file", O_RDONLY)
        try directory.replace("file", with: [2, 3])
        #expect(try directory.read("file", limit: 9) == [2, 3])
        #expect(
            try reader.readAll(limit: 9) == [1], "it was written into the old file, where a crash leaves half of it")
        #expect(Files.mode("\(path)/file") == 0o600)
        #expect(try directory.names() == ["file"])
        #expect(directory.contains("file"))
        #expect(!directory.contains("other"))
    }

    @Test func aFileThatCannotBeReplacedLeavesNothingBehind() throws {
        let directory = try PrivateDirectory(path)
        try PrivateDirectory.make("\(path)/file/full")
        #expect(throws: SystemError.self) { try directory.replace("file", with: [1]) }
        #expect(try directory.names() == ["file"])
    }

    @Test func oneAtATimeHasTheLock() throws {
        let other = try PrivateDirectory(path)
        do {
            let first = try PrivateDirectory(path)
            try first.lock(waiting: 0)
            let error = #expect(throws: SystemError.self) { try other.lock(waiting: 0) }
            #expect(error?.code == PrivateDirectory.isBusy)
            withExtendedLifetime(first) {}
        }
        try other.lock(waiting: 0)
    }

    @Test func whoHasTheLockClearsWhatACrashLeft() throws {
        for name in [".knockctl-1", ".knockctl-ff", ".ledger", "laptop.key"] { try write([1], to: name) }
        let directory = try PrivateDirectory(path)
        try directory.lock(waiting: 0)
        #expect(try directory.names() == [".ledger", "laptop.key"])
    }
}
