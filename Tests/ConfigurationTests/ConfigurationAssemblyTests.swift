import Doors
import Foundation
import Knocks
import Linux
import TestSupport
import Testing

@testable import Configuration

struct ConfigurationAssemblyTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func file(_ text: String, _ name: String = "ots") throws -> String {
        try directory.write(Array(text.utf8), to: name)
    }

    // MARK: One-time sequences

    @Test func theNextOneTimeSequenceIsTheDoors() throws {
        let path = try file("# used\n#9,9\n 3,2:udp\n1\n")
        let doors = try configuration("[d]\none_time_sequences = \(path)\nseq_timeout = 4\nstrict_sequence=yes\n").doors
        let door = try #require(doors.first)
        #expect(door.oneTimeFile == path)
        #expect(door.sequence?.sequence.knocks == knocks(3, udp: [2]))
        #expect(door.sequence?.timeout == 4_000)
        #expect(door.sequence?.isStrict == true)
    }

    @Test(arguments: [("", 8), ("one_time_window = 3\n", 3), ("one_time_window = 1\n", 1)])
    func asManyLinesCountAsTheWindowHas(directive: String, count: Int) throws {
        let path = try file((1...20).map { "\($0)\n" }.joined())
        let door = try #require(configuration("[d]\none_time_sequences = \(path)\n\(directive)").doors.first)
        #expect(door.sequences.map(\.sequence.first.port) == (1...UInt16(count)).map { $0 })
        #expect(door.oneTimeWindow == count)
    }

    @Test func cooldownsAreSeconds() throws {
        let doors = try configuration("[d]\nsequence = 1\nseq_cooldown = 60\n[e]\nsequence = 1\n").doors
        #expect(doors.map(\.sequenceCooldown) == [60_000, 0])
    }

    @Test(.enabled(if: !ThisProcess.isRoot)) func aFolderThatCannotBeWrittenIsAnErrorToTheReview() throws {
        let path = try file("1\n")
        #expect(unsafe chmod(directory.path, 0o500) == 0)
        defer { _ = unsafe chmod(directory.path, 0o700) }
        #expect(review("[d]\none_time_sequences = \(path)\n").contains { $0.contains("ReadWritePaths=") })
    }

    @Test(arguments: ["", "#1,2\n\n"])
    func aUsedUpFileDisablesTheDoorAndNothingElse(text: String) throws {
        let path = try file(text)
        let outcome = read("[other]\nsequence = 1\n[d]\none_time_sequences = \(path)\n")
        #expect(
            outcome.diagnostics.map(\.description) == [
                "a.conf:4:22: warning: no more sequences left in the one time sequences file for door d --> disabling "
                    + "the door; write new ones into \(path)"
            ])
        let configuration = try #require(outcome.configuration)
        #expect(configuration.doors.map(\.identity.name) == ["other", "d"])
        #expect(configuration.doors[1].sequence == nil)
        #expect(configuration.doors[1].oneTimeFile == path)
        #expect(configuration.exhaustedDoors == [configuration.doors[1]])
    }

    @Test func aMissingFileIsAnErrorWhereItIsNamed() {
        let path = directory.path("none")
        #expect(
            diagnostics("[d]\n one_time_sequences = \(path)\n")
                == ["a.conf:2:23: \(path): No such file or directory; name a file of sequences, one a line"])
        #expect(diagnostics("[d]\none_time_sequences = \(directory.path)\n").count == 1)
    }

    @Test func aFileMustBeNamed() {
        #expect(
            diagnostics("[d]\none_time_sequences =\n")
                == ["a.conf:2:21: the value is missing; write one behind the '='"])
    }

    @Test func badLinesAreToldWithTheFileTheyStandIn() throws {
        let path = try file(" 1,2\n 70000\n")
        let outcome = read("[d]\none_time_sequences = \(path)\n[e]\ntarget = x\nsequence = 1\n")
        #expect(outcome.configuration == nil)
        #expect(
            outcome.diagnostics.map(\.description) == [
                "a.conf:4:10: 'x' is no IP address; write one, such as 192.0.2.1",
                "\(path):2:2: '70000' is no port; write a number from 1 to 65535, such as 7000 or 7000:udp",
            ])
    }

    @Test func twoDoorsCannotShareAFile() throws {
        let path = try file("1\n2\n")
        let link = directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for other in [path, link, "\(directory.path)/./ots"] {
            let said = diagnostics("[a]\none_time_sequences = \(path)\n[b]\none_time_sequences = \(other)\n")
            let name = Files.absolutePath(other)
            #expect(
                said == ["a.conf:4:22: \(name) is already the file of door 'a'; give each door a file of its own"])
        }
    }

    @Test func theFileCountsBeforeASequenceWhereverItStands() throws {
        let path = try file("5,4\n")
        for (text, line) in [
            ("[d]\nsequence = 1,2\none_time_sequences = \(path)\n", 2),
            ("[d]\none_time_sequences = \(path)\nsequence = 1,2\n", 3),
        ] {
            let outcome = read(text)
            #expect(outcome.configuration?.doors.first?.sequence?.sequence.knocks == knocks(5, 4))
            #expect(
                outcome.diagnostics.map(\.description) == [
                    "a.conf:\(line):12: warning: this sequence is ignored, since the door has one-time sequences; remove one of the two"
                ])
        }
    }

    @Test func aUsedUpFileDoesNotFallBackToTheSequence() throws {
        let outcome = read("[d]\nsequence = 1,2\none_time_sequences = \(try file("#5,4\n"))\n")
        #expect(outcome.configuration?.doors.map(\.sequence) == [nil])
    }

    @Test func theLaterOfTwoFilesCounts() throws {
        let text =
            "[d]\none_time_sequences = \(try file("1\n", "one"))\none_time_sequences = \(try file("2\n", "two"))\n"
        #expect(try configuration(text).doors.map(\.oneTimeFile) == [directory.path("two")])
    }

    @Test func aRelativeNameIsRelativeToTheDirectoryGiven() throws {
        let path = try file("1\n")
        let text = Array("[d]\none_time_sequences = ots\n".utf8)
        let outcome = ConfigurationReader.read(text, file: "/etc/a.conf", directory: directory.path)
        #expect(outcome.configuration?.doors.map(\.oneTimeFile) == [path])
    }

    // MARK: VLANs

    @Test(arguments: [("1", 1), ("4094", 4094), ("007", 7)] as [(String, UInt16)])
    func aDoorCanBeForOneVLAN(text: String, number: UInt16) throws {
        #expect(try door("vlan = \(text)").sequence?.vlan == number)
        #expect(try door("").sequence?.vlan == nil)
    }

    @Test(arguments: ["0", "4095", "-1", "x", "", "5,6"])
    func whatIsNoVLANIsAnError(text: String) {
        #expect(
            diagnostics(ofDirective: "vlan = \(text)")
                == ["a.conf:3:\(text.isEmpty ? 7 : 8): '\(text)' is no VLAN; write its number, from 1 to 4094"])
    }

    @Test func onAnyInterfaceThereAreNoVLANs() throws {
        let door = "[d]\nsequence = 1\nvlan = 5\n"
        let expected =
            ["8: interface any cannot tell VLANs apart; name the interface, such as interface = eth0"]
        #expect(diagnostics("[options]\ninterface = any\n\(door)") == expected.map { "a.conf:5:" + $0 })
        #expect(diagnostics("\(door)[options]\ninterface = any\n") == expected.map { "a.conf:3:" + $0 })
        #expect(diagnostics("[options]\ninterface = eth0,eth1\n\(door)") == [])
    }
}
