import Testing

@testable import Configuration

struct CommandReviewTests {
    /// What is said about doors of two knocks, whose directives stand from the third line on.
    private func warnings(_ doors: String...) -> [String] {
        review(doors.enumerated().map { "[\(["a", "b", "c"][$0])]\nsequence=9,\(8 - $0)\n\($1)\n" }.joined())
    }

    private static let open = "iptables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"
    private static let close = "iptables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"
    private static let open6 = "ip6tables -I INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"
    private static let close6 = "ip6tables -D INPUT -s %IP% -p tcp --dport 22 -j ACCEPT"
    private static let ufw = "ufw allow from %IP% to any port 22"

    // MARK: What stays open

    private static let stays =
        "without a stop command this door stays open; write stop_command = COMMAND, or an empty "
        + "stop_command = if that is meant"

    @Test(arguments: [
        ("command = \(ufw)", 3, 11), ("start_command = \(ufw)", 3, 17),
        ("start_command =\ncommand_6 = \(open6)", 4, 13),
        ("start_command = \(ufw)\nstop_command_6 = \(close6)", 3, 17),
    ])
    func aStartCommandWithoutAStopCommandIsWarnedOf(directives: String, line: Int, column: Int) {
        #expect(warnings(directives).contains("a.conf:\(line):\(column): warning: \(Self.stays)"))
    }

    @Test(arguments: [
        "", "start_command =", "start_command = \(ufw)\nstop_command =", "command = true", "command = logger %IP%",
        "command = nft add element inet guard allow { %IP% timeout 60s }", "command = ufw delete allow from %IP%",
        "command = \(ufw); sleep 10; ufw delete allow from %IP% to any port 22", "command = /root/wake %IP%",
    ])
    func nothingIsSaidWhereNothingStaysOpen(directives: String) {
        #expect(warnings(directives) == [])
    }

    @Test func aDoorMayCloseWhatAnotherOpens() {
        #expect(warnings("command = \(Self.ufw)", "command = ufw delete allow from %IP% to any port 22") == [])
        #expect(
            warnings("command = \(Self.ufw)", "command = ufw delete allow from %IP% to any port 80")
                == ["a.conf:3:11: warning: \(Self.stays)"])
    }

    // MARK: Families

    private static let fails = "this command fails for IPv6 addresses"

    @Test func iptablesWithoutItsTwinIsWarnedOf() {
        let both = "write start_command_6 and stop_command_6 for them, or an empty start_command_6 ="
        #expect(
            warnings("command = \(Self.open)\nstop_command = \(Self.close)")
                == ["a.conf:3:11: warning: \(Self.fails); \(both)"])
        #expect(warnings("command = \(Self.close)").count == 1)
        let half = warnings("command = \(Self.open)\nstop_command = \(Self.close)\nstop_command_6 = \(Self.close6)")
        #expect(half.first?.contains("\(Self.fails); write start_command_6 for them, or") ?? false, "\(half)")
    }

    @Test func oneCauseIsToldOnce() {
        let found = warnings(
            "command = \(Self.open)", "command = \(Self.close)", "command = \(Self.close)\ncommand_6 =")
        #expect(found.count == 1)
        #expect(found[0].hasPrefix("a.conf:3:11: warning: \(Self.fails) (also line 6); write start_command_6 for them"))
    }

    @Test(arguments: [
        "command = \(open)\ncommand_6 = \(open6)\nstop_command = \(close)\nstop_command_6 = \(close6)",
        "command = \(open)\ncommand_6 =\nstop_command = \(close)",
        "target = 192.0.2.1\ncommand = \(open)\nstop_command = \(close)",
        "target = 2001:db8::1\ncommand = \(open6)\nstop_command = \(close6)",
        "command = \(ufw)\nstop_command =", "command = iptables -P INPUT DROP",
    ])
    func whatWorksForBothIsNotWarnedOf(directives: String) {
        #expect(warnings(directives) == [])
    }

    @Test func aTwinMustBeOneForIPv6() {
        let found = warnings("command = \(Self.open)\ncommand_6 = \(Self.open)\nstop_command =")
        #expect(found.map { $0.prefix(11) } == ["a.conf:4:13"])
        #expect(found[0].contains("it runs for them alone"))
        let stop = warnings("command = \(Self.open)\ncommand_6 = \(Self.open6)\nstop_command = \(Self.close)")
        #expect(stop.count == 1)
        #expect(stop[0].contains("their openings stay open; write stop_command_6 too"))
        let other = warnings("command = \(Self.open6)\nstop_command = \(Self.close6)")
        #expect(other.count == 1)
        #expect(other[0].contains("fails for IPv4 addresses; name it start_command_6"))
    }

    // MARK: Commands that are never run

    @Test(arguments: [
        ("target = 192.0.2.1\ncommand = true\ncommand_6 = true", 5, "the target of this door is an IPv4 address"),
        ("target = 192.0.2.1\ncommand = true\nstop_command = true\nstop_command_6 = true", 6, "an IPv4 address"),
        ("target = 2001:db8::1\ncommand = true\ncommand_6 = true", 4, "the target of this door is an IPv6 address"),
        ("command = true\ncommand_6 =\nstop_command_6 = true", 5, "no start command is run for IPv6 addresses"),
        ("stop_command = true", 3, "the door has no start command"),
        ("command =\nstop_command = true", 4, "the door has no start command"),
        ("command_6 = true\nstop_command = true\nstop_command_6 = true", 4, "the door has no start command"),
        ("command_6 = true", 3, "nothing is run for IPv4 addresses"),
    ])
    func aCommandThatIsNeverRunIsWarnedOf(directives: String, line: Int, what: String) {
        let found = warnings(directives)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("a.conf:\(line):") ?? false)
        #expect(found.first?.contains(what) ?? false)
    }

    @Test(arguments: [
        "command =\ncommand_6 = true", "target = 2001:db8::1\ncommand_6 = true\nstop_command = true",
        "command =\ncommand_6 = true\nstop_command = true", "command = true\nstop_command = true\ncommand_6 = true",
    ])
    func aCommandThatIsRunIsNot(directives: String) {
        #expect(warnings(directives) == [])
    }

    // MARK: Commands for everybody

    private static let same = "it opens the same for every address"

    /// What is wrong then is how it is written.
    @Test func whoMeansTheAddressIsToldThatAlone() {
        let found = warnings(
            "command = ufw allow from %ip%\nstop_command = ufw delete allow from %ip%"
        ).filter { !$0.contains("no program") }
        #expect(found.count == 2)
        #expect(found.allSatisfy { $0.contains("'%ip%' is not replaced; write %IP%") }, "\(found)")
    }

    @Test func aStopCommandWithoutAnAddressIsWarnedOf() {
        let found = warnings(
            "command = ufw allow 22\nstop_command = ufw deny 22", "command = x\nstop_command = /root/y")
        #expect(
            found.filter { $0.contains("so it ends the openings of all addresses") }.map { $0.prefix(11) } == [
                "a.conf:4:16", "a.conf:8:16",
            ])
        #expect(found.allSatisfy { $0.contains("no program") || $0.contains("ends the openings") }, "one of each")
    }

    @Test func aStartCommandWithoutAnAddressIsWarnedOfWhereItOpens() {
        let found = warnings("command = ufw allow 22\nstop_command = ufw delete allow from %IP%")
        #expect(found.map { $0.prefix(11) } == ["a.conf:3:11"])
        #expect(found[0].contains(Self.same))
        for command in [
            "true", "/root/x", "systemctl start sshd", "ufw allow from 192.0.2.1", "ufw allow from 2001:db8::1",
            "/root/x $KNOCK_ADDRESS",
        ] {
            #expect(!warnings("command = \(command)\nstop_command =").contains { $0.contains(Self.same) }, "\(command)")
        }
        #expect(warnings("command = true\nstop_command = true") == [])
    }

    @Test func doorsOfOneStopCommandAreWarnedOf() {
        let door = "command = \(Self.ufw)\nstop_command = ufw delete allow from %IP% to any port 22"
        #expect(
            warnings(door, door) == [
                "a.conf:8:16: warning: door 'a' has the same stop command, so it runs when neither is open any more; "
                    + "change one of them"
            ])
        #expect(warnings(door, door.replacing("22", with: "80")) == [])
        let named = "command = \(Self.ufw)\nstop_command = ufw-close %DOOR% %IP%"
        #expect(warnings(named, named).allSatisfy { $0.contains("no program") })
        #expect(warnings("command = true\nstop_command = true", "command = true\nstop_command = true") == [])
    }

    // MARK: Limits

    @Test func aLimitThatEndsASleepIsWarnedOf() {
        let found = warnings("command = true; sleep 10; sleep 5\ncommand_limit = 12")
        #expect(
            found == [
                "a.conf:4:17: warning: the start command sleeps 15 seconds, and is ended after 12 seconds; write more, or "
                    + "leave it out"
            ])
        #expect(warnings("command = true; sleep 10; true\ncommand_limit = 10") == [])
        #expect(warnings("command = true; sleep 600") == [])
    }

    @Test func aDoorsTimeEndsASleepToo() {
        let found = warnings("command = sleep 20\nstop_command = true")
        #expect(found.count == 1)
        #expect(
            found[0].contains(
                "this command sleeps 20 seconds, and is ended when the door's time is over, after 10 seconds"))
        #expect(warnings("command = sleep 20\nstop_command = true\ncmd_timeout = 20") == [])
        #expect(warnings("command = sleep 5\nstop_command = true\ncmd_timeout = 1") == [])
        let limited = warnings("command = sleep 40\nstop_command = true\ncmd_timeout = 60")
        #expect(
            limited.count == 1 && limited[0].contains("this command sleeps 40 seconds, and is ended after 30 seconds"))
        #expect(warnings("command = sleep 40\nstop_command = true\ncmd_timeout = 60\ncommand_limit = none").count == 1)
    }

    @Test func placesThatKeysCannotShareAreWarnedOf() throws {
        let keys = try KeyFiles("laptop", "phone")
        func warnings(_ directives: String) -> [String] {
            review("[options]\nKeyDirectory = \(keys.path)\n[a]\n\(directives)\n")
        }
        let expected =
            "3 holders share 4 openings of this door, less than two each; write max_openings = 6 or more"
        #expect(
            warnings("sequence=9,8\nkeys = laptop,phone\nmax_openings = 4") == ["a.conf:6:16: warning: \(expected)"])
        #expect(warnings("sequence=9,8\nkeys = *\nmax_openings = 4") == ["a.conf:6:16: warning: \(expected)"])
        #expect(warnings("keys = laptop,phone\nmax_openings = 4") == [])
        #expect(
            warnings("sequence=9,8\nmax_openings = 1") == [
                "a.conf:5:16: warning: with one opening, a knock for another address is refused while the door is open; write "
                    + "max_openings = 2 or more"
            ])
        #expect(warnings("sequence=9,8\nmax_openings = 2") == [])
    }
}
