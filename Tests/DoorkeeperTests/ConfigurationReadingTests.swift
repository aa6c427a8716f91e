import Base
import Foundation
import Linux
import TestSupport
import Testing

@testable import Doorkeeper

struct ConfigurationReadingTests {
    private let directory: TemporaryDirectory
    /// Made by the first reading that is written.
    private var place: String { directory.path("run") }

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func reading(_ file: String = "/etc/knockd.conf", digest: String = "a") throws -> ConfigurationReading {
        try #require(ConfigurationReading(file: file, digest: digest))
    }

    @Test(arguments: ["/etc/knockd.conf", "/a b/c\nd", ""])
    func aReadingIsReadBack(file: String) throws {
        let reading = ConfigurationReading(
            file: file, process: ProcessIdentity(id: 7, began: 8), wallSeconds: 9, digest: "0123")
        #expect(ConfigurationReading(text: reading.text) == reading)
    }

    @Test(arguments: [
        "", "x", "knockd reading 1\n1 2\nx\nd\nf", "knockd reading 1\n1\n2\nd\nf", "knockd reading 2\n1 2\n3\nd\nf",
    ])
    func whatIsNoReadingIsNone(text: String) {
        #expect(ConfigurationReading(text: text) == nil)
    }

    @Test func anotherContentIsOutdated() throws {
        let reading = try reading()
        reading.write(in: place)
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "b", in: place) == [reading])
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "a", in: place) == [])
        #expect(ConfigurationReading.outdated(of: "/etc/other.conf", digest: "b", in: place) == [])
        try self.reading(digest: "b").write(in: place)
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "b", in: place) == [])
    }

    @Test func oneThatEndedIsNotOutdated() throws {
        let reading = try reading()
        reading.write(in: place)
        reading.remove(from: place)
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "b", in: place) == [])
    }

    @Test func oneThatWasKilledIsForgotten() throws {
        let gone = ConfigurationReading(
            file: "/etc/knockd.conf", process: ProcessIdentity(id: 2, began: 1), wallSeconds: 1, digest: "a")
        gone.write(in: place)
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "b", in: place) == [])
        try reading().write(in: place)
        #expect(!Files.exists("\(place)/reading-2"))
    }

    @Test func aDirectoryThatOthersCanSeeDoesAsWell() throws {
        try Files.makePrivateDirectory(place)
        #expect(unsafe chmod(place, 0o755) == 0)
        let reading = try reading()
        reading.write(in: place)
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "b", in: place) == [reading])
    }

    @Test func aDirectoryThatOthersCanChangeSaysNothing() throws {
        try reading().write(in: place)
        #expect(unsafe chmod(place, 0o777) == 0)
        #expect(ConfigurationReading.outdated(of: "/etc/knockd.conf", digest: "b", in: place) == [])
    }

    @Test func aLinkToTheFileIsTheFile() throws {
        let file = try directory.write([], to: "a.conf")
        let link = directory.path("b.conf")
        #expect(unsafe symlink(file, link) == 0)
        let reading = try reading(link)
        reading.write(in: place)
        #expect(ConfigurationReading.outdated(of: file, digest: "b", in: place) == [reading])
    }
}
