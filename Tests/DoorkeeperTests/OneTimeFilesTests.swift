import Doors
import Linux
import TestSupport
import Testing

@testable import Doorkeeper

struct OneTimeFilesTests {
    private let door = DoorIdentity(name: "door")
    private let other = DoorIdentity(name: "other")
    private var files = OneTimeFiles()

    @Test mutating func aSequenceThatCouldNotBeMarkedIsRememberedUntilOneIs() {
        #expect(!files.isUnmarked(door))
        files.sequenceCame(at: door, isMarked: false)
        files.sequenceCame(at: door, isMarked: false)
        #expect(files.isUnmarked(door) && !files.isUnmarked(other))
        files.sequenceCame(at: door, isMarked: true)
        #expect(!files.isUnmarked(door))
    }

    @Test mutating func aFileIsReadWhenItHasChanged() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write([1], to: "once")
        let first = try #require(FileMark(of: path))
        #expect(files.hasChanged(path, first) == true, "it was never read")
        #expect(files.hasChanged(path, first) == false)
        #expect(files.hasChanged("/another", first) == true, "each file has its own mark")
        try directory.write([1, 2], to: "once")
        let second = try #require(FileMark(of: path))
        #expect(files.hasChanged(path, second) == true)
        #expect(files.hasChanged(path, second) == false)
    }
}
