import Doors
import Knocks
import Linux
import Packets
import TestSupport
import Testing

@testable import Configuration

struct ConfigurationReaderTests {
    private static let nowhere = "all directives must belong to a section; write [options] or a door's name first"
    private static let inDoor =
        "sequence, one_time_sequences, one_time_window, seq_timeout, timeout, "
        + "seq_cooldown, tcpflags, target, vlan, start_command, command, "
        + "start_command_6, command_6, cmd_timeout, stop_command, stop_command_6, stop_success, "
        + "check_command, check_command_6, command_limit, reknock, max_openings, keys, address, delegates, "
        + "max_seconds, strict_sequence, reload_keeps, include"
    private static let inOptions =
        "UseSyslog, LogFile, PidFile, Interface, StateFile, OnExit, KeyDirectory, ServerName, SignedPort, TimeWindow, "
        + "SourceRate, TotalRate, User, Sandbox, strict_sequence, reload_keeps, include"

    // MARK: Whole files

    @Test func aFileOfEverydayUseIsRead() throws {
        let configuration = try configuration(
            """
            # what Debian ships, more or less
            [options]
                UseSyslog
                LogFile   = /var/log/knockd.log
                PidFile   = /run/knockd.pid
                Interface = eth1
                StateFile = /srv/state.db
                OnExit    = keep

            [openSSH]
                sequence      = 7000,8000,9000
                seq_timeout   = 5
                tcpflags      = syn
                start_command = /sbin/iptables -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT
                cmd_timeout   = 20
                stop_command  = /sbin/iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT

            [closeSSH]
                sequence      = 9000:tcp,8000:udp
                target        = 203.0.113.5
                command       = /sbin/close %IP%
            """)
        #expect(configuration.options.useSyslog)
        #expect(configuration.options.logFile == "/var/log/knockd.log")
        #expect(configuration.options.pidFile == "/run/knockd.pid")
        #expect(configuration.options.interfaces == ["eth1"])
        #expect(configuration.options.stateFile == "/srv/state.db")
        #expect(configuration.options.onExit == .keep)
        try #require(configuration.doors.map(\.identity.name) == ["openSSH", "closeSSH"])
        let (open, close) = (configuration.doors[0], configuration.doors[1])
        #expect(open.sequence?.sequence.knocks == knocks(7000, 8000, 9000))
        #expect(open.sequence?.timeout == 5_000)
        #expect(open.sequence?.flagRule == TCPFlagRule(required: .syn))
        #expect(open.openFor == 20_000)
        #expect(open.actions?.start.text == "/sbin/iptables -A INPUT -s %IP% -p tcp --dport 22 -j ACCEPT")
        #expect(open.actions?.stop?.text == "/sbin/iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT")
        #expect(close.sequence?.sequence.knocks == knocks(9000, udp: [8000]))
        #expect(close.sequence?.target == IPAddress("203.0.113.5"))
        #expect(close.actions?.start.text == "/sbin/close %IP%")
        #expect(close.actions?.stop == nil)
    }

    @Test(arguments: ["", "\n", "\n\n\n", " \t\r\n", "# nothing", "#", "[options]", "[options]\n"])
    func aFileWithoutDoorsIsFine(text: String) throws {
        #expect(try configuration(text) == Configuration())
    }

    @Test func theLastLineNeedsNoEnd() throws {
        #expect(try configuration("[d]\nsequence = 7000,8000").doors.count == 1)
    }

    @Test func carriageReturnsAndTabsAreBlanks() throws {
        let plain = try configuration("[options]\nlogfile = /x\n[door]\nsequence = 7000,8000\ncommand = echo %IP%\n")
        let other = try configuration(
            "[options]\r\n\tlogfile\t=\t/x\t\r\n\r\n\t[door]\t\r\n\tsequence\t= 7000,\t8000\r\ncommand=echo %IP%\r\n")
        #expect(plain == other)
    }

    // MARK: Comments and syntax

    @Test func aCommentIsALineThatBeginsWithAHash() throws {
        let door = try door("# sequence = 1\n  \t# [other]\ncommand = a # b")
        #expect(door.sequence?.sequence.knocks == knocks(7000, 8000))
        #expect(door.actions?.start.text == "a # b")
    }

    @Test(arguments: ["nonsense", "]", "[", "-", "of course"])
    func aLineWithoutASignIsAnError(line: String) {
        #expect(
            diagnostics("[options]\n  \(line)\n")
                == ["a.conf:2:3: this is no directive; write NAME = VALUE, or # before a comment"])
    }

    @Test(arguments: ["sequence", "Command", "seq_timeout", "one_time_sequences"])
    func aDirectiveWithoutASignLacksItsValue(name: String) {
        #expect(
            diagnostics(ofDirective: "\t\(name)")
                == ["a.conf:3:2: '\(name)' has no value; write \(name.lowercased()) = VALUE"])
    }

    @Test func anUnknownDirectiveIsAnErrorThatNamesTheKnownOnes() {
        #expect(
            diagnostics("[options]\n\tcolour = red\n")
                == ["a.conf:2:2: 'colour' is no directive here; write one of \(Self.inOptions)"])
        #expect(
            diagnostics(ofDirective: "colour = red")
                == ["a.conf:3:1: 'colour' is no directive here; write one of \(Self.inDoor)"])
        #expect(
            diagnostics(ofDirective: " = red") == ["a.conf:3:2: '' is no directive here; write one of \(Self.inDoor)"])
    }

    @Test func aDirectiveInTheWrongSectionIsAnError() {
        #expect(
            diagnostics("[options]\n\tSequence = 7000\n")
                == ["a.conf:2:2: 'Sequence' does not belong here; write it in the section of a door"])
        #expect(
            diagnostics(ofDirective: "LogFile = /x")
                == ["a.conf:3:1: 'LogFile' does not belong here; write it in [options]"])
    }

    @Test(arguments: ["sequence = 7000", "logfile = /x", "colour = red", "usesyslog"])
    func aDirectiveBeforeAnySectionIsAnError(line: String) {
        #expect(diagnostics("\n \(line)\n") == ["a.conf:2:2: \(Self.nowhere)"])
    }

    @Test func aLaterDirectiveReplacesAnEarlierOne() throws {
        let door = try door("sequence = 1,2,3\ncmd_timeout = 1\ncmd_timeout = 2\ncommand = a\ncommand = b")
        #expect(door.sequence?.sequence.knocks == knocks(1, 2, 3))
        #expect(door.openFor == 2_000)
        #expect(door.actions?.start.text == "b")
    }

    @Test func aWrongValueIsAnErrorAlsoWhereALaterOneReplacesIt() {
        #expect(diagnostics("[d]\nsequence = 70000\nsequence = 7000\n").count == 1)
    }

    // MARK: UseSyslog

    @Test func useSyslogIsAWordOfItsOwnInAnySection() throws {
        #expect(try configuration("[options]\nUSESYSLOG\n").options.useSyslog)
        #expect(try configuration("[door]\nsequence = 7000\nusesyslog\n").options.useSyslog)
        #expect(try !configuration("[options]\n").options.useSyslog)
    }

    @Test(arguments: ["yes", "no", ""])
    func useSyslogTakesNoValue(value: String) {
        let column = value.isEmpty ? 12 : 13
        for section in ["[options]", "[door]\nsequence = 7000"] {
            let line = section == "[options]" ? 2 : 3
            #expect(
                diagnostics("\(section)\nusesyslog = \(value)\n")
                    == ["a.conf:\(line):\(column): UseSyslog takes no value; write UseSyslog alone"])
        }
    }

    // MARK: Sections

    @Test func optionsMayStandAnywhereAndAgain() throws {
        let configuration = try configuration(
            "[options]\nlogfile = /a\npidfile = /p\n[door]\nsequence = 7000\n[options]\nlogfile = /b\n")
        #expect(configuration.options.logFile == "/b")
        #expect(configuration.options.pidFile == "/p")
        #expect(configuration.doors.count == 1)
    }

    @Test(arguments: ["Options", "OPTIONS", " options ", "options ", "option"])
    func anyOtherNameIsADoor(name: String) throws {
        let doors = try configuration("[\(name)]\nsequence = 7000\n").doors
        #expect(doors.map(\.identity) == [DoorIdentity(name: name)])
    }

    @Test(arguments: ["a b", "a=b", "[x]", "é", "a]b", "#1", "%IP%", "="])
    func aNameMayHaveAnythingInIt(name: String) throws {
        #expect(try configuration("[\(name)]\nsequence = 7000\n").doors.map(\.identity.name) == [name])
    }

    @Test func doorsWithTheSameNameAreCounted() throws {
        let doors = try configuration("[a]\nsequence=1\n[b]\nsequence=2\n[a]\nsequence=3\n[a]\nsequence=4\n").doors
        #expect(
            doors.map(\.identity) == [
                DoorIdentity(name: "a", ordinal: 1), DoorIdentity(name: "b", ordinal: 1),
                DoorIdentity(name: "a", ordinal: 2), DoorIdentity(name: "a", ordinal: 3),
            ])
        #expect(doors.map { $0.sequence?.sequence.first.port } == [1, 2, 3, 4])
    }

    @Test func aSectionNeedsAName() {
        #expect(
            diagnostics("[options]\n\t[]\ncolour = red\nsequence\n")
                == [
                    "a.conf:2:2: the section has no name; write one, such as [openSSH]",
                    "a.conf:4:1: 'sequence' has no value; write sequence = VALUE",
                ])
    }

    @Test func aNameHasAtMost255Bytes() throws {
        let longest = String(repeating: "n", count: 255)
        #expect(try configuration("[\(longest)]\nsequence=1\n").doors.map(\.identity.name) == [longest])
        #expect(
            diagnostics("[\(longest)n]\nsequence=1\n")
                == ["a.conf:1:1: the section's name is too long; write at most 255 bytes"])
    }

    // MARK: Doors as a whole

    @Test func aDoorNeedsASequence() {
        #expect(
            diagnostics("[options]\n [door]\ncommand = true\n[two]\n")
                == [
                    "a.conf:2:2: door 'door' has an empty knock sequence; write sequence = 7000,8000,9000 or the like",
                    "a.conf:4:1: door 'two' has an empty knock sequence; write sequence = 7000,8000,9000 or the like",
                ])
    }

    @Test func aWrongSequenceIsNotAlsoAnEmptyOne() {
        #expect(diagnostics("[door]\nsequence = 70000\n").count == 1)
    }

    // MARK: Several errors

    @Test func allErrorsAreToldInTheOrderOfTheFile() {
        let outcome = read(
            """
            usesyslog
            [options]
            colour = red
            statefile =
            [a]
            sequence = 7000:sctp
            [b]
            target = nowhere
            max_openings = 0
            [c]
            sequence = 1,2
            tcpflags = fin
            """)
        #expect(outcome.configuration == nil)
        let places = outcome.diagnostics.map { "\($0.line):\($0.column) \($0.severity)" }
        #expect(
            places == ["1:1 error", "3:1 error", "4:12 error", "6:17 error", "7:1 error", "8:10 error", "9:16 error"])
        #expect(outcome.diagnostics.allSatisfy { $0.file == "a.conf" })
    }

    // MARK: Bytes that are no text

    private static let noText = "the line holds bytes that are no text; write it in UTF-8"

    @Test func aCommentMayHoldAnyBytes() {
        let outcome = read(Array("# caf".utf8) + [0xE9, 0x00, 0xFF] + Array("\n[door]\nsequence = 7000\n".utf8))
        #expect(outcome.diagnostics == [])
        #expect(outcome.configuration?.doors.count == 1)
    }

    @Test(arguments: [[0xE9], [0x00], [0xC3], [0xC0, 0x80], [0xFF, 0xFE]] as [[UInt8]])
    func aValueMustBeText(bytes: [UInt8]) {
        let outcome = read(Array("[door]\nsequence = 7000\n  command = a".utf8) + bytes + Array("b\n".utf8))
        #expect(outcome.configuration == nil)
        #expect(outcome.diagnostics.map(\.description) == ["a.conf:3:3: \(Self.noText)"])
    }

    @Test func aSectionsNameMustBeText() {
        let outcome = read(Array("[caf".utf8) + [0xE9] + Array("]\n".utf8))
        #expect(outcome.diagnostics.map(\.description) == ["a.conf:1:1: \(Self.noText)"])
    }

    @Test func textOfOtherLanguagesIsText() throws {
        #expect(try door("command = echo „Tür“ 門").actions?.start.text == "echo „Tür“ 門")
    }

    // MARK: Sizes

    @Test func aHugeLineIsOneLine() throws {
        let text = "echo " + String(repeating: "x", count: 200_000)
        #expect(try door("command = \(text)").actions?.start.text == text)
        let blanks = String(repeating: " ", count: 200_000)
        #expect(
            diagnostics("[d]\nsequence=1\n\(blanks)colour = red\(blanks)\n").map { $0.prefix(19) }
                == ["a.conf:3:200001: 'c"])
    }

    @Test func aLineBeyondKnockdsBufferIsNotSplit() throws {
        let text = String(repeating: "x", count: 4094 - "command = ".count) + "timeout = 1"
        let door = try door("command = \(text)")
        #expect(door.actions?.start.text == text)
        #expect(door.sequence?.timeout == 25_000)
    }

    @Test func aHugeSequenceIsRefused() {
        let value = String(repeating: "1,", count: 20_000) + "1"
        #expect(
            diagnostics("[d]\nsequence = \(value)\n") == ["a.conf:2:12: 20001 knocks are too many; write at most 32"])
    }

    @Test func manyDoorsAreRead() throws {
        let text = (0..<500).map { "[door\($0)]\nsequence = 7000,8000\n" }.joined()
        #expect(try configuration(text).doors.count == 500)
    }

    // MARK: Random bytes

    @Test func noFileTraps() {
        var random = SeededGenerator.announced()
        let good = Array(
            """
            # Most bytes of this comment can be any others; so can most of those of the command and of the names.
            [options]
            \tusesyslog
            \tlogfile = /var/log/knockd.log
            [door]
            \tsequence = 7000:tcp,8000:udp
            \tseq_timeout = 5
            \ttcpflags = syn,!ack
            \ttarget = 203.0.113.5
            \tcommand = /usr/sbin/iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT
            \tmax_openings = 5
            """.utf8)
        var (accepted, refused) = (0, 0)
        for number in 0..<3_000 {
            let bytes = number.isMultiple(of: 10) ? random.bytes(number % 300) : random.mutated(good)
            let outcome = read(bytes)
            let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
            let hasErrors = outcome.diagnostics.contains { $0.severity == .error }
            let places = outcome.diagnostics.map { [$0.line, $0.column] }
            // Every place is in the file, or just behind a line; they are in order; errors and a result exclude another.
            let inFile = places.allSatisfy {
                (1...lines.count).contains($0[0]) && (1...lines[$0[0] - 1].count + 1).contains($0[1])
            }
            let inOrder = zip(places, places.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) }
            guard inFile, inOrder, hasErrors == (outcome.configuration == nil) else {
                Issue.record("\(outcome.diagnostics) for \(bytes)")
                return
            }
            if hasErrors { refused += 1 } else { accepted += 1 }
        }
        #expect(accepted > 20)
        #expect(refused > 100)
    }
}
