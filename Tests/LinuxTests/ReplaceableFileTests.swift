import Foundation
import Linux
import TestSupport
import Testing

struct ReplaceableFileTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func inode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int)
    }

    @Test func aNewFileTakesThePlaceOfTheOld() throws {
        let path = try directory.write([1, 2, 3], to: "file")
        let before = try inode(path)
        do {
            let file = try ReplaceableFile(path)
            #expect(try file.read(limit: 3) == [1, 2, 3])
            try file.replace(with: [4, 5])
        }
        #expect(try Files.read(path) == [4, 5])
        #expect(try inode(path) != before, "it was written into the old file, where a crash leaves half of it")
        #expect(try directory.names() == ["file"])
    }

    @Test func whoHasTheOldFileOpenKeepsIt() throws {
        let path = try directory.write([1, 2, 3], to: "file")
        let reader = try Descriptor.open(path, O_RDONLY)
        try ReplaceableFile(path).replace(with: [4])
        #expect(try reader.readAll(limit: 10) == [1, 2, 3])
    }

    @Test(arguments: [0o600, 0o640, 0o444] as [UInt32])
    func theModeStays(mode: UInt32) throws {
        let path = try directory.write([1], to: "file")
        #expect(unsafe chmod(path, mode) == 0)
        try ReplaceableFile(path).replace(with: [2])
        #expect(Files.mode(path) == mode)
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func theOwnerStays() throws {
        let path = try directory.write([1], to: "file")
        #expect(unsafe chown(path, 65534, 65533) == 0)
        try ReplaceableFile(path).replace(with: [2])
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.ownerAccountID] as? Int == 65534)
        #expect(attributes[.groupOwnerAccountID] as? Int == 65533)
    }

    @Test func aLinkStaysAndWhatItLeadsToIsReplaced() throws {
        try FileManager.default.createDirectory(atPath: directory.path("there"), withIntermediateDirectories: false)
        let path = try directory.write([1], to: "there/file")
        let link = directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        try ReplaceableFile(link).replace(with: [2])
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        #expect(try Files.read(path) == [2])
    }

    @Test func oneProcessAtATimeReplacesAFile() throws {
        let path = try directory.write([1], to: "file")
        let first = try ReplaceableFile(path)
        #expect(throws: SystemError("flock", path, code: ReplaceableFile.isBusy)) { try ReplaceableFile(path) }
        withExtendedLifetime(first) {}
    }

    @Test func whatIsNoFileIsRefused() throws {
        #expect(throws: SystemError.notRegular(directory.path)) { try ReplaceableFile(directory.path) }
        let missing = directory.path("missing")
        #expect(throws: SystemError("open", missing, code: ENOENT)) { try ReplaceableFile(missing) }
    }

    @Test func aPipeIsNotWaitedFor() throws {
        let pipe = directory.path("pipe")
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        #expect(throws: SystemError.notRegular(pipe)) { try ReplaceableFile(pipe) }
    }
}
