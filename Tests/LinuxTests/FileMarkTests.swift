import Glibc
import Linux
import TestSupport
import Testing

struct FileMarkTests {
    @Test func aFileThatIsWrittenOrReplacedHasAnotherMark() throws {
        let place = try TemporaryDirectory()
        let path = try place.write(Array("1,2\n".utf8), to: "ots")
        let first = try #require(FileMark(of: path))
        #expect(FileMark(of: path) == first)
        _ = try place.write(Array("1,2\n3,4\n".utf8), to: "ots")
        let longer = try #require(FileMark(of: path))
        #expect(longer != first)
        let other = try place.write(Array("#1,2\n3,4".utf8), to: "other")
        #expect(unsafe rename(other, path) == 0)
        #expect(FileMark(of: path) != longer)
    }

    @Test func whereThereIsNoFileThereIsNoMark() throws {
        let place = try TemporaryDirectory()
        #expect(FileMark(of: place.path("none")) == nil)
    }
}
