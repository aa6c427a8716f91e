import Doors
import Keys
import Testing

@testable import Configuration

struct SignedDoorTests {
    private func signed(_ directives: String) throws -> SignedDoor? {
        let doors = try configuration("[door]\n\(directives)\n").doors
        return try #require(doors.first).signed
    }

    private func names(_ names: String...) throws -> Set<KeyName> { Set(try names.map { try #require(KeyName($0)) }) }

    // MARK: Doors

    @Test func aDoorWithKeysNeedsNoSequence() throws {
        let door = try #require(try configuration("[door]\nkeys = laptop\n").doors.first)
        #expect(door.sequence == nil)
        #expect(
            door.signed
                == SignedDoor(keys: .named(try names("laptop")), addressRule: .observed, delegates: [], longest: 10_000)
        )
    }

    @Test func aDoorCanHaveBoth() throws {
        let door = try door("keys = laptop")
        #expect(door.sequence != nil)
        #expect(door.signed != nil)
        #expect(try self.door("").signed == nil)
    }

    private func door(_ directives: String) throws -> Door {
        try #require(try configuration("[door]\nsequence = 7000,8000\n\(directives)\n").doors.first)
    }

    @Test func whetherThereAreSignedKnocksIsKnown() throws {
        #expect(try configuration("[a]\nsequence = 1\n[b]\nkeys = *\n").takesSignedKnocks)
        #expect(try !configuration("[a]\nsequence = 1\n").takesSignedKnocks)
    }

    @Test(arguments: [
        ("keys = laptop,phone", ["laptop", "phone"]), ("Keys = a.B_c-9 ,\tx", ["a.B_c-9", "x"]),
        ("keys = a\nkeys = b", ["b"]), ("keys = *\nkeys = b", ["b"]), ("keys = a,a", ["a"]),
    ])
    func keysAreNamed(directives: String, expected: [String]) throws {
        #expect(try signed(directives)?.keys == .named(Set(expected.compactMap(KeyName.init))))
    }

    @Test func anAsteriskIsEveryKey() throws {
        #expect(try signed("keys = *")?.keys == .all)
        #expect(try signed("keys = a\nkeys = *")?.keys == .all)
    }

    @Test func theRestIsRead() throws {
        let door = try signed("keys = a,b\naddress = Bound\ndelegates = b\nmax_seconds = 1 s\ncmd_timeout = 1")
        #expect(
            door
                == SignedDoor(
                    keys: .named(try names("a", "b")), addressRule: .bound, delegates: try names("b"), longest: 1000))
        #expect(try signed("keys = *\ndelegates = b\naddress = observed")?.delegates == (try names("b")))
        #expect(try signed("keys = *\naddress = observed")?.addressRule == .observed)
    }

    @Test func theLongestTimeIsTheDoorsOwnUnlessItSays() throws {
        #expect(try signed("keys = *\ncmd_timeout = 77")?.longest == 77_000)
        #expect(try signed("cmd_timeout = 77\nmax_seconds = 99\nkeys = *")?.longest == 99_000)
    }

    // MARK: Errors

    @Test(arguments: [
        ("keys =", "3:7: the value is missing; write one behind the '='"),
        ("keys = a,,b", "3:10: nothing stands before this comma; write one comma between two keys"),
        ("keys = a b", "3:8: commas stand between keys; write a,b"),
        (
            "keys = a, ../b",
            "3:11: '../b' is no name of a key; write at most 64 of A-Z a-z 0-9 . _ -, the first a letter or a digit"
        ),
        ("keys = a,*", "3:10: * means every key; write it alone, or leave it out"),
        ("keys = *\ndelegates = *", "4:13: * means every key; write it alone, or leave it out"),
        ("address = none", "3:11: 'none' is unknown here; write observed or bound"),
        ("max_seconds = 0", "3:15: 0 leaves no time; write 1 or more"),
        ("max_seconds = -1", "3:15: '-1' is no time; write whole seconds, such as 10"),
        (
            "keys = a\ndelegates = a,b",
            "4:15: key b is not among the keys of this door; add it to keys too"
        ),
    ])
    func whatIsWrongIsToldWithWhatToWrite(line: String, expected: String) {
        #expect(diagnostics(ofDirective: line) == ["a.conf:" + expected])
    }

    @Test func aNameThatIsTooLongIsNone() {
        #expect(diagnostics(ofDirective: "keys = \(String(repeating: "a", count: 64))") == [])
        #expect(diagnostics(ofDirective: "keys = \(String(repeating: "a", count: 65))").count == 1)
    }

    @Test(arguments: [
        "my door", "tür", "a/b", "$(reboot)", ".", "..", "-rf", "_a", ".knockctl-x", String(repeating: "a", count: 33),
    ])
    func aDoorThatNoKnockCanNameIsAnError(name: String) {
        #expect(
            diagnostics("[\(name)]\nkeys = *\n")
                == [
                    "a.conf:1:1: no signed knock can name door '\(name)'; give it a name of at most 32 of "
                        + "A-Z a-z 0-9 . _ -, the first a letter or a digit, or take its keys away"
                ])
        #expect(diagnostics("[\(name)]\nsequence = 1\n") == [])
    }

    @Test(arguments: [("keys = *", "sequence = 1"), ("sequence = 1", "keys = *"), ("keys = *", "keys = *")])
    func twoDoorsOfOneNameCannotBeToldApart(first: String, second: String) {
        #expect(
            diagnostics("[a]\n\(first)\n[b]\nkeys = *\n[a]\n\(second)\n")
                == [
                    "a.conf:5:1: there is a door 'a' already, and a signed knock could mean either; rename one of them"
                ])
    }

    @Test func classicDoorsMayShareAName() {
        #expect(diagnostics("[a]\nsequence = 1\n[a]\nsequence = 2\n[b]\nkeys = *\n") == [])
    }

    @Test(arguments: ["start_command", "start_command_6", "stop_command", "stop_command_6"])
    func aDoorsNameThatMeansSomethingToAShellStaysOutOfCommands(directive: String) {
        let text = "sequence = 1\n\(directive) = a '%DOOR%'\n"
        let column = directive.utf8.count + 4
        #expect(
            diagnostics("[it's]\n\(text)")
                == [
                    "a.conf:3:\(column): the name of door 'it's' could mean something to the shell or to a command; take %DOOR% out, or "
                        + "give the door a name of A-Z a-z 0-9 . _ - alone, the first a letter or a digit"
                ])
        #expect(diagnostics("[its]\n\(text)") == [])
        for name in ["-rf", "..", "."] {
            #expect(diagnostics("[\(name)]\n\(text)").count == 1, "a command could take it for an option or a folder")
        }
        #expect(diagnostics("[\(String(repeating: "a", count: 200))]\n\(text)") == [], "it may be long")
    }

    // MARK: Warnings

    private func warnings(_ directives: String) -> [String] { review("[door]\nsequence = 2,1\n\(directives)\n") }

    @Test func aKeyThatStandsTwiceIsWarnedOf() {
        let said = warnings("delegates = b,b")
        #expect(said.contains("a.conf:3:15: warning: key b is listed twice; remove one of them"))
    }

    @Test(arguments: ["address = bound", "delegates = a", "max_seconds = 60"])
    func whatIsForSignedKnocksSaysNothingWithoutKeys(directive: String) {
        let column = (directive.firstIndex(of: "=")?.utf16Offset(in: directive) ?? 0) + 3
        #expect(
            warnings(directive)
                == [
                    "a.conf:3:\(column): warning: this is for signed knocks, and no key opens this door; write "
                        + "keys = NAME, or leave it out"
                ])
    }

    @Test func aLongestTimeBelowTheOrdinaryOneIsWarnedOf() throws {
        let keys = try KeyFiles("a")
        func said(_ directives: String) -> [String] {
            review("[options]\nKeyDirectory = \(keys.path)\n[door]\nkeys = a\n\(directives)\n")
        }
        #expect(
            said("max_seconds = 59\ncmd_timeout = 60")
                == [
                    "a.conf:5:15: warning: cmd_timeout is longer (60 s), and a knock that names no time gets it; "
                        + "write max_seconds = 60 or more"
                ])
        #expect(said("max_seconds = 60\ncmd_timeout = 60") == [])
    }

    // MARK: Options

    @Test func optionsHaveDefaults() throws {
        let options = try configuration("[options]\n").options
        #expect(options.keyDirectory == "/etc/knockd/keys")
        #expect(options.serverName == nil)
        #expect(options.signedPort == 62_201)
        #expect(options.timeWindow == 30_000)
    }

    @Test func optionsAreRead() throws {
        let text = "KEYDIRECTORY = /k\nServerName = gw.example.org\nSignedPort = 1\nTimeWindow = 5 s"
        let options = try configuration("[options]\n\(text)\n").options
        #expect(options.keyDirectory == "/k")
        #expect(options.serverName == KeyName("gw.example.org"))
        #expect(options.signedPort == 1)
        #expect(options.timeWindow == 5000)
        #expect(try configuration("[options]\nSignedPort = 65535\nTimeWindow=300").options.signedPort == 65_535)
    }

    @Test(arguments: [
        ("KeyDirectory =", "2:15: the value is missing; write one behind the '='"),
        (
            "ServerName = a b",
            "2:14: 'a b' is no name of a server; write at most 64 of A-Z a-z 0-9 . _ -, the first a letter or a digit"
        ),
        ("SignedPort = 0", "2:14: '0' is no port; write a number from 1 to 65535, such as 62201"),
        ("SignedPort = 65536", "2:14: '65536' is no port; write a number from 1 to 65535, such as 62201"),
        ("SignedPort =", "2:13: a port is missing; write a number from 1 to 65535, such as 62201"),
        ("TimeWindow = 4", "2:14: '4' is no window for signed knocks; write 5 to 300 seconds"),
        ("TimeWindow = 301", "2:14: '301' is no window for signed knocks; write 5 to 300 seconds"),
        ("TimeWindow = x", "2:14: 'x' is no time; write whole seconds, such as 10"),
    ])
    func whatIsWrongWithOptionsIsTold(line: String, expected: String) {
        #expect(diagnostics("[options]\n\(line)\n") == ["a.conf:" + expected])
    }
}
