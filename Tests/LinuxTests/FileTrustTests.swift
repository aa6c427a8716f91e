import Foundation
import Glibc
import TestSupport
import Testing

@testable import Linux

struct FileTrustTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Makes the directories d/e and the file d/e/f, which only this user can change.
    private func makeFile() throws -> String {
        for name in ["d", "d/e"] { try Files.makePrivateDirectory(directory.path(name)) }
        return try write("d/e/f")
    }

    private func write(_ name: String, mode: UInt32 = 0o644) throws -> String {
        let path = try directory.write([], to: name)
        #expect(unsafe chmod(path, mode) == 0)
        return path
    }

    private func link(_ name: String, to target: String) throws -> String {
        try FileManager.default.createSymbolicLink(atPath: directory.path(name), withDestinationPath: target)
        return directory.path(name)
    }

    private func fault(_ path: String) -> PathFault? {
        do throws(PathFault) {
            try FileTrust.check(path)
            return nil
        } catch {
            return error
        }
    }

    @Test func ownFilesInOwnDirectoriesPass() throws {
        let path = try makeFile()
        for path in [path, path + ".missing", "/missing/too", "/", directory.path("d/../d/e/f"), "/etc/passwd"] {
            #expect(fault(path) == nil, "\(path)")
        }
    }

    @Test(arguments: [0o664, 0o646, 0o622, 0o666] as [UInt32])
    func aFileThatOthersCanChangeIsAFault(mode: UInt32) throws {
        let path = try write("f", mode: mode)
        #expect(fault(path) == PathFault(path: path, fault: .writable(mode), isDirectory: false))
    }

    @Test(arguments: ["d", "d/e"], [0o777, 0o770, 0o702] as [UInt32])
    func soIsADirectoryOnTheWay(name: String, mode: UInt32) throws {
        let path = try makeFile()
        #expect(unsafe chmod(directory.path(name), mode) == 0)
        let expected = PathFault(path: directory.path(name), fault: .writable(mode), isDirectory: true)
        #expect(fault(path) == expected)
        #expect(fault(path + ".missing") == expected, "also where the file is still to be made")
        #expect(expected.description.hasSuffix("run chmod go-w \(directory.path(name))"))
    }

    @Test(.enabled(if: ThisProcess.isRoot), arguments: ["d", "d/e", "d/e/f"])
    func soIsWhatBelongsToAnotherUser(name: String) throws {
        let path = try makeFile()
        #expect(unsafe chown(directory.path(name), 65534, 0) == 0)
        #expect(fault(path)?.path == directory.path(name))
        #expect(fault(path)?.fault == .owner(65534))
    }

    @Test func stickyDirectoriesPassButTheirLinksDoNot() throws {
        let path = try makeFile()
        #expect(unsafe chmod(directory.path("d"), 0o1777) == 0)
        #expect(fault(path) == nil)
        let link = try link("d/link", to: "e")
        #expect(fault(link + "/f") == PathFault(path: link, fault: .link, isDirectory: false))
    }

    @Test func ownLinksInOwnDirectoriesAreFollowed() throws {
        let path = try makeFile()
        _ = try link("relative", to: "d/./e")
        _ = try link("absolute", to: directory.path("relative"))
        for link in ["relative", "absolute"] { #expect(fault(directory.path(link) + "/f") == nil) }
        #expect(unsafe chmod(path, 0o666) == 0)
        for link in ["relative", "absolute"] { #expect(fault(directory.path(link) + "/f")?.path == path) }
        #expect(fault(try link("loop", to: "loop")) == nil, "nobody can open it")
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func aLinkOfAnotherUserIsAFault() throws {
        _ = try makeFile()
        let link = try link("link", to: "d")
        #expect(unsafe lchown(link, 65534, 0) == 0)
        #expect(fault(link + "/e/f") == PathFault(path: link, fault: .link, isDirectory: false))
    }

    @Test func aLinkToWhereOthersWriteIsAFault() throws {
        _ = try makeFile()
        #expect(unsafe chmod(directory.path("d"), 0o777) == 0)
        #expect(fault(try link("link", to: "d/e") + "/f")?.path == directory.path("d"))
        #expect(fault(directory.path("link/../e/f"))?.path == directory.path("d"))
    }

    @Test func pipesAndDevicesThatTheStarterHasOpenedPass() throws {
        var pipe: [Int32] = [0, 0]
        #expect(unsafe Glibc.pipe(&pipe) == 0)
        defer { pipe.forEach { _ = close($0) } }
        #expect(fault("/dev/null") == nil)
        #expect(fault("/proc/self/fd/\(pipe[0])") == nil)
        #expect(fault("/dev/fd/\(pipe[0])") == nil)
        let file = try Descriptor.open(try write("open", mode: 0o666), O_RDONLY)
        #expect(fault("/dev/fd/\(file.number)")?.fault == .writable(0o666))
    }

    @Test func aPrivateFileIsNotMadeOfOneThatOthersCouldChange() throws {
        let path = try write("f", mode: 0o606)
        #expect(throws: PathFault(path: path, fault: .writable(0o606), isDirectory: false)) {
            try Files.makePrivateFile(path)
        }
        #expect(unsafe chmod(path, 0o644) == 0)
        try Files.makePrivateFile(path)
        #expect(Files.mode(path) == 0o600)
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func aLogIsNotWrittenThroughALinkOfAnotherUser() throws {
        let path = try write("f")
        let link = try link("link", to: path)
        _ = try Descriptor.openLog(link)
        #expect(unsafe lchown(link, 65534, 0) == 0)
        #expect(throws: SystemError("open", link, code: ELOOP)) { try Descriptor.openLog(link) }
    }

    @Test func aFileInThePlaceOfAnotherHasAnotherIdentity() throws {
        let path = try write("f")
        let first = try #require(FileIdentity(at: path))
        #expect(FileIdentity(at: path) == first)
        let other = try write("g")
        #expect(FileIdentity(at: other) != first)
        try Files.rename(other, to: path)
        #expect(FileIdentity(at: path) != first)
        #expect(FileIdentity(at: other) == nil)
    }
}
