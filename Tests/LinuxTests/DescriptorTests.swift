import Foundation
import TestSupport
import Testing

@testable import Linux

struct DescriptorTests {
    private func pipeEnds() throws -> (reader: Descriptor, writer: Descriptor) {
        var ends: [Int32] = [-1, -1]
        try system("pipe") { unsafe pipe(&ends) }
        return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
    }

    @Test func theLastOwnerClosesIt() throws {
        let reader: Descriptor
        do {
            let ends = try pipeEnds()
            reader = ends.reader
            try ends.writer.write([1, 2, 3])
        }
        #expect(try reader.readAll(limit: 3) == [1, 2, 3], "with a writer left this would wait")
        #expect(try reader.readAll(limit: 0) == [])
    }

    @Test(arguments: [(3, 3, true), (3, 2, false), (0, 0, true), (20_000, 20_000, true), (20_000, 19_999, false)])
    func readingStopsAtTheLimit(size: Int, limit: Int, fits: Bool) throws {
        let reader: Descriptor
        do {
            let ends = try pipeEnds()
            reader = ends.reader
            try ends.writer.write(Array(repeating: 7, count: size))
        }
        if fits {
            #expect(try reader.readAll(limit: limit).count == size)
        } else {
            #expect(throws: SystemError("read", code: EFBIG)) { try reader.readAll(limit: limit) }
        }
    }

    @Test func writingNothingIsFine() throws {
        try pipeEnds().writer.write([])
    }

    @Test func aDescriptorThatIsNoneIsAnError() {
        #expect(throws: SystemError("read", code: EBADF)) { try Descriptor(owning: -1).readAll(limit: 1) }
        #expect(throws: SystemError("write", code: EBADF)) { try Descriptor(owning: -1).write([1]) }
    }

    @Test func aLogIsWrittenAtItsEnd() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write([1], to: "log")
        let (first, second) = (try Descriptor.openLog(path), try Descriptor.openLog(path))
        try first.write([2])
        try second.write([3])
        try first.write([4])
        #expect(try Files.read(path) == [1, 2, 3, 4])
    }

    /// It tells who came in.
    @Test func aLogIsMadeForItsOwnerAndGroupAlone() throws {
        let directory = try TemporaryDirectory()
        _ = try Descriptor.openLog(directory.path("log"))
        #expect(try mode(directory.path("log")) & 0o137 == 0)
        let path = try directory.write([1], to: "old")
        #expect(unsafe chmod(path, 0o604) == 0)
        _ = try Descriptor.openLog(path)
        #expect(try mode(path) == 0o604, "what is there keeps its mode")
    }

    private func mode(_ path: String) throws -> UInt32 {
        var status = stat()
        try #require(unsafe stat(path, &status) == 0)
        return status.st_mode & 0o777
    }

    @Test func aFileThatCannotBeOpenedIsNamed() {
        let path = "/nonexistent/file"
        #expect(throws: SystemError("open", path, code: ENOENT)) { try Descriptor.open(path, O_RDONLY) }
    }
}
