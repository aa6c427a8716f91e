import Configuration
import Doors
import Knocks
import Packets
import Testing

struct DoorSectionTests {
    private let ipv4 = IPAddress(ipv4: 0xC612_0102)
    private let ipv6 = IPAddress(high: 0xFD00_0000_0000_0000, low: 2)

    private func actions(_ start: String, _ stop: String? = nil) -> Door.Actions {
        Door.Actions(start: template(start), stop: stop.map(template))
    }

    @Test func aDoorHasDefaults() throws {
        let door = try door("")
        #expect(door.identity == DoorIdentity(name: "door", ordinal: 1))
        #expect(door.sequence?.sequence.knocks == knocks(7000, 8000))
        #expect(door.sequence?.flagRule == TCPFlagRule())
        #expect(door.sequence?.timeout == 25_000)
        #expect(door.sequence?.target == nil)
        #expect(door.actions == nil)
        #expect(door.actionsIPv6 == nil)
        #expect(door.openFor == 10_000)
        #expect(door.limits.start == 30_000)
        #expect(door.limits.once == nil)
        #expect(door.limits.stop == 30_000)
        #expect(door.limits.stopSuccess == .zero)
        #expect(door.reknock == .auto)
        #expect(!door.reloadKeeps)
        #expect(door.maxOpenings == 1024)
    }

    @Test func aDoorCanHaveNoLimitForItsStartCommands() throws {
        let door = try door("command_limit = None")
        #expect(door.limits.start == nil)
        #expect(door.limits.once == nil)
        #expect(door.limits.stop == 30_000, "a stop command that hangs must not keep a door open")
    }

    @Test(
        arguments: [
            ("0,1", [0, 1]), ("0", [0]), ("0, 1 , 255", [0, 1, 255]), ("0 1", nil), ("0, 1, 255", [0, 1, 255]),
        ] as [(String, [UInt8]?)])
    func stopCommandsMayExitOtherwise(text: String, statuses: [UInt8]?) throws {
        let read = ExitStatuses(text)
        #expect(read == statuses.map { ExitStatuses(Set($0)) })
    }

    @Test(arguments: ["", "no", "256", "-1", "0,,1", "0,"])
    func otherStatusesAreAnError(text: String) {
        #expect(ExitStatuses(text) == nil)
    }

    @Test func reloadsKeepWhatTheDoorOrElseTheOptionsSay() throws {
        #expect(try door("reload_keeps = yes").reloadKeeps)
    }

    @Test func theCheckIsTheGivenOneOrIsReadFromTheStartCommand() throws {
        let start = "iptables -I INPUT -s %IP% -j ACCEPT"
        #expect(
            try door("start_command = \(start)\nstop_command = b").actions?.check
                == template("iptables -C INPUT -s %IP% -j ACCEPT; s=$?; [ $s -lt 2 ] || s=126; exit $s"))
        #expect(try door("start_command = \(start)\ncheck_command = c %IP%").actions?.check == template("c %IP%"))
        #expect(try door("start_command = \(start)\ncheck_command =").actions?.check == nil)
        #expect(try door("start_command = open.sh %IP%").actions?.check == nil)
    }

    @Test func theCheckOfOneFamilyIsNotAskedForAnother() throws {
        let door = try door("start_command = a\ncheck_command = c\nstart_command_6 = b")
        #expect(door.actions?.check == template("c"))
        #expect(door.actionsIPv6?.check == nil)
    }

    @Test func aCommandsLimitIsForStartAndStop() throws {
        let door = try door("command_limit = 5")
        #expect(door.limits.start == 5_000)
        #expect(door.limits.stop == 5_000)
    }

    @Test(arguments: [("seq_timeout", "timeout"), ("timeout", "seq_timeout")])
    func aliasesOfTheTimeOutAreOneDirective(first: String, second: String) throws {
        #expect(try door("\(first) = 5").sequence?.timeout == 5_000)
        #expect(try door("\(first) = 5\n\(second) = 6").sequence?.timeout == 6_000)
    }

    @Test(arguments: [("start_command", "command"), ("command", "start_command")])
    func aliasesOfTheStartCommandAreOneDirective(first: String, second: String) throws {
        #expect(try door("\(first) = a").actions == actions("a"))
        #expect(try door("\(first) = a\n\(second) = b").actions == actions("b"))
        #expect(try door("\(first)_6 = a").actionsIPv6 == actions("a"))
        #expect(try door("\(first)_6 = a\n\(second)_6 = b").actionsIPv6 == actions("b"))
    }

    @Test func bothFamiliesHaveTheirCommands() throws {
        let door = try door("start_command = a\nstop_command = b\nstart_command_6 = c\nstop_command_6 = d")
        #expect(door.actions(for: ipv4) == actions("a", "b"))
        #expect(door.actions(for: ipv6) == actions("c", "d"))
    }

    @Test func commandsForIPv6FallBackToTheOrdinaryOnes() throws {
        #expect(try door("start_command = a\nstop_command = b").actionsIPv6 == actions("a", "b"))
        #expect(try door("start_command = a\nstop_command = b\nstart_command_6 = c").actionsIPv6 == actions("c", "b"))
        #expect(try door("start_command = a\nstop_command = b\nstop_command_6 = d").actionsIPv6 == actions("a", "d"))
    }

    @Test func anEmptyCommandForIPv6DoesNotFallBack() throws {
        let door = try door("start_command = a\nstop_command = b\nstart_command_6 =")
        #expect(door.actions == actions("a", "b"))
        #expect(door.actionsIPv6 == nil)
        #expect(
            try #require(configuration("[d]\nsequence=1\ncommand=a\nstop_command=b\nstop_command_6=").doors.first)
                .actionsIPv6 == actions("a"))
    }

    @Test func aDoorCanBeForIPv6Alone() throws {
        let door = try door("start_command_6 = c\nstop_command_6 = d")
        #expect(door.actions == nil)
        #expect(door.actionsIPv6 == actions("c", "d"))
    }

    @Test(arguments: [
        "stop_command = b", "start_command =\nstop_command = b", "command = a\ncommand =\nstop_command = b",
    ])
    func withoutAStartCommandTheStopCommandIsNotRunEither(directives: String) throws {
        #expect(try door(directives).actions == nil)
        #expect(try door(directives).actionsIPv6 == nil)
    }

    @Test func anEmptyStopCommandIsNone() throws {
        #expect(try door("start_command = a\nstop_command =").actions == actions("a"))
    }

    @Test func aCommandIsTheRestOfTheLine() throws {
        let text = #"echo "a = b" 'c' # %IP% \ $HOME ; [d] é"#
        #expect(try door("command = \(text)  ").actions == actions(text))
    }
}
