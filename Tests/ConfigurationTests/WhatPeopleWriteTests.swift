import Doors
import Knocks
import Linux
import Packets
import Testing

@testable import Configuration

/// What stands in real files and is no plain value: comments behind values, quotes, other characters, other words.
struct WhatPeopleWriteTests {
    private static let fine = "[door]\nsequence = 7101,9202,8303\n"

    /// What is said of a line in the section of a door, without the file's name; a warning or an error.
    private func said(_ line: String) -> [String] {
        diagnostics(ofDirective: line).map { String($0.dropFirst("a.conf:".utf8.count)) }
    }

    private func saidInOptions(_ line: String) -> [String] {
        diagnostics("[options]\n\(line)\n").map { String($0.dropFirst("a.conf:".utf8.count)) }
    }

    // MARK: Comments behind values

    @Test(arguments: [
        ("sequence = 7000,8000 # mine", 22, "# mine"), ("sequence=7000:tcp,8000:TCP # c", 28, "# c"),
        ("sequence = 7000,8000#x", 21, "#x"), ("sequence = 7000, 8000 # a, b", 23, "# a, b"),
        ("seq_timeout = 15 # seconds", 18, "# seconds"), ("timeout = 15s#", 14, "#"),
        ("cmd_timeout = 10 # = ten", 18, "# = ten"), ("tcpflags = syn # x", 16, "# x"),
        ("tcpflags = syn,!ack #,fin", 21, "#,fin"), ("target = 192.0.2.1\t# here", 20, "# here"),
        ("vlan = 5 # office", 10, "# office"), ("max_openings = 3 #", 18, "#"),
        ("strict_sequence = yes # scans", 23, "# scans"), ("reknock = rerun # firewalld", 17, "# firewalld"),
        ("command_limit = 5 ## long", 19, "## long"), ("keys = a,b # us", 12, "# us"),
        ("address = observed # NAT", 20, "# NAT"), ("usesyslog # in any section = yes", 11, "# in any section = yes"),
    ])
    func aCommentIsTakenOffAPlainValue(line: String, column: Int, comment: String) {
        let outcome = read("[door]\nsequence = 7000,8000\n\(line)\n")
        #expect(outcome.configuration != nil)
        #expect(
            outcome.diagnostics.map(\.description) == [
                "a.conf:3:\(column): warning: the comment '\(comment)' is taken off the value; write a comment on a line of "
                    + "its own"
            ])
    }

    @Test(arguments: [
        "interface = eth0 # lan", "onexit = keep # them", "signedport = 62201 # udp", "timewindow = 30 # s",
        "sourcerate = 64, 16 # a, b", "totalrate = 64,16#", "user = a,b # two", "sandbox = off # docker",
        "servername = gw # me", "UseSyslog # and not a file", "USESYSLOG#x", "strict_sequence = no # no",
        "interface = # none", "interface = eth0\t#eth1",
    ])
    func aCommentIsTakenOffAnOption(line: String) {
        let outcome = read("[options]\n\(line)\n")
        #expect(outcome.configuration != nil)
        #expect(outcome.diagnostics.count == 1)
        #expect(outcome.diagnostics.first?.message.hasPrefix("the comment '#") == true)
        #expect(outcome.diagnostics.first?.severity == .warning)
    }

    @Test func theValueBeforeACommentCounts() throws {
        let outcome = read(
            "[options]\ninterface = eth0 # lan\n[d]\nsequence = 7000:udp,8000 # 9000\nseq_timeout = 15 # seconds\n"
                + "tcpflags = syn # x\n")
        let configuration = try #require(outcome.configuration)
        #expect(configuration.options.interfaces == ["eth0"])
        #expect(configuration.doors.first?.sequence?.sequence.knocks == [Knock(.udp, 7000), Knock(.tcp, 8000)])
        #expect(configuration.doors.first?.sequence?.timeout == 15_000)
        #expect(configuration.doors.first?.sequence?.flagRule == TCPFlagRule(required: .syn))
    }

    @Test(arguments: ["command = a # b", "stop_command = # b", "start_command_6 = true #", "command = echo '#' # x"])
    func aCommandKeepsItsHash(line: String) throws {
        #expect(said(line) == [])
    }

    @Test func aFileNameKeepsItsHash() throws {
        #expect(try configuration("[options]\nlogfile = /var/log/k#1.log\n").options.logFile == "/var/log/k#1.log")
        let outcome = read("[options]\nlogfile = /var/log/k.log # log\n")
        #expect(outcome.configuration?.options.logFile == "/var/log/k.log # log")
        #expect(
            outcome.diagnostics.map(\.description) == [
                "a.conf:2:26: warning: '# log' is part of the file's name; if it is a comment, write it on a line of its own"
            ])
    }

    @Test func anInterfaceMayHaveAHashInItsName() throws {
        #expect(try configuration("[options]\ninterface = eth#0,x\n").options.interfaces == ["eth#0", "x"])
    }

    @Test func aCommentIsTakenOffAHeading() throws {
        for heading in ["[door] # mine", "[door]#", "\t[door] # a = [b", "[door] ## ["] {
            let outcome = read("\(heading)\nsequence = 7000\n")
            #expect(outcome.configuration?.doors.map(\.identity.name) == ["door"], "\(heading)")
            #expect(outcome.diagnostics.map(\.severity) == [.warning])
        }
        // knockd takes these for names.
        #expect(
            try configuration("[a # b]\nsequence=1\n[c] # [d]\nsequence=2\n").doors.map(\.identity.name) == [
                "a # b", "c] # [d",
            ])
        #expect(read("[options] # mine\nlogfile = /x\n").configuration?.options.logFile == "/x")
    }

    @Test func aCommentIsTakenOffAOneTimeSequence() throws {
        #expect(try OneTimeFile(Array(" 1,2 # first\n3:udp#\n".utf8), file: "ots").remaining == 2)
    }

    // MARK: Nothing where knockd takes nothing

    @Test(arguments: ["interface =", "Interface=", "interface =\t ", "logfile =", "pidfile ="])
    func anEmptyOptionIsAsNone(line: String) throws {
        let options = try configuration("[options]\n\(line)\n").options
        #expect(options == Configuration.Options())
    }

    // MARK: Quotes

    @Test(arguments: [
        (
            "sequence = \"7000,8000\"",
            "3:12: the quotes are part of the value, which has none; write sequence = 7000,8000"
        ),
        ("seq_timeout = '10'", "3:15: the quotes are part of the value, which has none; write seq_timeout = 10"),
        ("tcpflags = \"syn\"", "3:12: the quotes are part of the value, which has none; write tcpflags = syn"),
        (
            "target = \" 192.0.2.1 \"",
            "3:10: the quotes are part of the value, which has none; write target = 192.0.2.1"
        ),
        ("keys = 'a'", "3:8: the quotes are part of the value, which has none; write keys = a"),
        ("\"sequence\" = 7000", "3:1: names have no quotes; write sequence"),
        (
            "seq_timeout = “10”",
            "3:15: “ is a typographic quote (U+201C); write \" in a command, and no quotes elsewhere"
        ),
    ])
    func quotesAroundAPlainValueAreNamed(line: String, expected: String) {
        #expect(said(line) == [expected])
    }

    @Test(arguments: [
        ("\"eth0\"", ["eth0"], "eth0"), ("'eth0'", ["eth0"], "eth0"), ("\"eth0,eth1\"", ["eth0", "eth1"], "eth0,eth1"),
        ("\"eth0\", \"eth1\"", ["eth0", "eth1"], "eth0, eth1"), ("\"eth0\" # lan", ["eth0"], "eth0"),
    ])
    func quotesAreTakenOffAnInterface(value: String, names: [String], text: String) {
        let outcome = read("[options]\nInterface = \(value)\n")
        #expect(outcome.configuration?.options.interfaces == names)
        #expect(
            outcome.diagnostics.contains {
                $0.line == 2 && $0.message == "the quotes are taken off the value; write Interface = \(text)"
            })
        #expect(outcome.diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test func quotesAroundAFileNameAreNamed() {
        let outcome = read("[options]\nLogFile = \"/var/log/k.log\"\n")
        #expect(outcome.configuration?.options.logFile == "\"/var/log/k.log\"")
        #expect(
            outcome.diagnostics.map(\.description) == [
                "a.conf:2:11: warning: the quotes are part of the file's name; write LogFile = /var/log/k.log"
            ])
    }

    // MARK: Other characters

    @Test(arguments: [
        ("sequence\u{A0}= 7000", "3:9: there is a no-break space (U+00A0) here; write an ordinary blank"),
        ("\u{A0}sequence = 7000", "3:1: there is a no-break space (U+00A0) here; write an ordinary blank"),
        ("sequence = \u{A0}7000", "3:12: there is a no-break space (U+00A0) here; write an ordinary blank"),
        ("sequence = 7000,\u{202F}8000", "3:17: there is a no-break space (U+202F) here; write an ordinary blank"),
        ("\u{3000}# comment", "3:1: there is a typographic space (U+3000) here; write an ordinary blank"),
        ("\u{200B}sequence = 7000", "3:1: there is a zero-width character (U+200B) here; take it out"),
        ("seq\u{AD}uence = 7000", "3:4: there is a soft hyphen (U+00AD) here; take it out"),
        ("\u{FEFF}sequence = 7000", "3:1: there is a byte order mark (U+FEFF) here; take it out"),
        ("sequence = 7000–8000", "3:16: – is a typographic dash (U+2013); write -"),
        ("tcpflags = syn，ack", "3:15: ， is a fullwidth character (U+FF0C); write ,"),
        ("sequence = ７000", "3:12: ７ is a fullwidth character (U+FF17); write 7"),
        ("sequence＝7000", "3:9: ＝ is a fullwidth character (U+FF1D); write ="),
        ("sequence = 7000：udp", "3:16: ： is a fullwidth character (U+FF1A); write :"),
        ("sequence = 7000、8000", "3:16: 、 is the comma of another script (U+3001); write ,"),
        ("sеquence = 7000", "3:2: е (U+0435) is no ASCII character; write A-Z a-z 0-9 and ASCII punctuation"),
        ("seq_timeout = 10\rcmd_timeout = 5", "3:17: there is a carriage return (U+000D) here; take it out"),
        ("strict_sequence = yes\u{200F}", "3:22: there is a mark of the writing direction (U+200F) here; take it out"),
    ])
    func aCharacterThatIsAnotherThanItLooksIsNamed(line: String, expected: String) {
        #expect(said(line) == [expected])
    }

    @Test(arguments: [
        "［options］", "\u{200B}[options]", "[options］", "【options]", "[options", "options]", "{options}", "(options)",
    ])
    func aHeadingThatIsNoneHidesWhatFollows(heading: String) {
        #expect(diagnostics("\(heading)\nlogfile = /x\nusesyslog = 1\n").count == 1)
    }

    @Test func charactersOfCommentsAndNamesDoNotMatter() throws {
        #expect(try door("# “sequence” – 1\u{A0}").identity.name == "door")
        #expect(try configuration("[Tür – 門]\nsequence = 1\n").doors.first?.identity.name == "Tür – 門")
    }

    // MARK: Whole files

    private func wide(_ text: String, bigEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)] }
    }

    @Test func aByteOrderMarkIsNamedAndReadOver() {
        let expected =
            "a.conf:1:1: the file begins with a byte order mark (BOM); save it as UTF-8 without one, or run "
            + "sed -i '1s/^\\xEF\\xBB\\xBF//'"
        for text in [
            "[options]\nusesyslog\n", "# x\n[d]\nsequence=1\n", "\n[d]\nsequence=1\n", "[d]\r\nsequence=1\r\n", "",
        ] {
            #expect(diagnostics("\u{FEFF}" + text) == [expected])
        }
    }

    @Test(arguments: [true, false])
    func anotherEncodingIsNamedOnce(bigEndian: Bool) {
        let text = "[options]\r\nusesyslog\r\n[d]\r\nsequence = 7000\r\n"
        let marked = read(wide("\u{FEFF}" + text, bigEndian: bigEndian)).diagnostics.map(\.description)
        #expect(marked == ["a.conf:1:1: the file is in UTF-16; save it as UTF-8, or run iconv -f UTF-16 -t UTF-8"])
        let bare = read(wide(text, bigEndian: bigEndian)).diagnostics.map(\.description)
        let name = bigEndian ? "UTF-16BE" : "UTF-16LE"
        #expect(bare == ["a.conf:1:1: the file is in \(name); save it as UTF-8, or run iconv -f \(name) -t UTF-8"])
    }

    @Test(arguments: [
        "[options]\rusesyslog\r[d]\rsequence = 7000\r", "# mine\r\r[d]\rsequence = 7000", "\r\r[d]\rsequence = 1\r\n",
    ])
    func linesThatEndWithACarriageReturnAreNamed(text: String) {
        #expect(
            diagnostics(text) == [
                "a.conf:1:1: the lines end with a carriage return alone, so that all of the file is one line; save it with "
                    + "the line ends of Unix, or run tr '\\r' '\\n'"
            ])
    }

    @Test(arguments: ["# mine\r", "\r\n\r\n", "# a\r# b\r", "[d]\r\nsequence = 1\r\n"])
    func otherCarriageReturnsAreFine(text: String) {
        #expect(diagnostics(text) == [])
    }

    /// knockd takes them too.
    @Test(arguments: [
        "sequence = 7000,\r8000", "sequence = 7000 :\u{0B}tcp,8000", "sequence = 7000:tcp:–,8000",
        "sequence = 7000:udp:x;",
        "seq_timeout = 10\u{0C}s",
    ])
    func whatDoesNotMatterIsNotNamed(line: String) {
        #expect(said(line) == [])
    }

    @Test func aOneTimeFileHasAFormToo() {
        for bytes in [Array("\u{FEFF}1,2\n".utf8), wide("\u{FEFF}1,2\n", bigEndian: false), Array("1,2\r3,4\r".utf8)] {
            let failure = #expect(throws: OneTimeFile.Failure.self) { try OneTimeFile(bytes, file: "ots") }
            #expect(failure?.description.hasPrefix("ots:1:1: the ") == true)
        }
        let failure = #expect(throws: OneTimeFile.Failure.self) { try OneTimeFile(Array("1,２\n".utf8), file: "ots") }
        #expect(failure?.description == "ots:1:3: ２ is a fullwidth character (U+FF12); write 2")
    }

    // MARK: [Options]

    @Test(arguments: ["Options", "OPTIONS", " options ", "options ", "option", "ｏptions", "\"options\"", "options:"])
    func aSectionThatIsMeantAsTheOptionsIsNamed(name: String) {
        let expected =
            "[\(name)] is a door, since only [options], in lower case and without blanks, holds options; write [options]"
        for directives in ["usesyslog\n", "LogFile = /x\ninterface = eth0\n", "", "logfile = /x\nsequence = 7000\n"] {
            #expect(diagnostics("[\(name)]\n\(directives)") == ["a.conf:1:1: \(expected)"])
        }
    }

    // MARK: Lists

    @Test(arguments: [
        ("sequence = 7000 8000 9000", "3:12: commas stand between knocks; write 7000,8000,9000"),
        ("Sequence=7000;8000;9000", "3:10: commas stand between knocks; write 7000,8000,9000"),
        ("sequence = 7000, 8000 9000", "3:12: commas stand between knocks; write 7000,8000,9000"),
        ("sequence = 7000|8000:udp", "3:12: commas stand between knocks; write 7000,8000:udp"),
        ("sequence = 7000 -> 8000", "3:12: commas stand between knocks; write 7000,8000"),
        ("sequence = 7000:8000:9000", "3:12: commas stand between knocks; write 7000,8000,9000"),
        ("sequence = 7000-8000-9000", "3:12: commas stand between knocks; write 7000,8000,9000"),
        ("sequence = 7000/8000", "3:12: commas stand between knocks; write 7000,8000"),
        ("sequence = 7000,8000,", "3:22: nothing stands behind the last comma; take the comma off"),
        ("sequence = ,7000", "3:12: nothing stands before this comma; write one comma between two knocks"),
        ("sequence = 7000,,8000", "3:17: nothing stands before this comma; write one comma between two knocks"),
        (
            "sequence = 7000-7002",
            "3:12: '7000-7002' is no port, and there are no ranges; write each port, with commas between them"
        ),
        ("sequence = 7000/udp", "3:12: the protocol stands behind a colon; write 7000:udp"),
        ("sequence = 1,7000 UDP", "3:14: the protocol stands behind a colon; write 7000:UDP"),
        ("sequence = 7000::udp", "3:12: the protocol stands behind a colon; write 7000:udp"),
        ("sequence = tcp/7000,8000", "3:12: the port stands before its protocol; write 7000:tcp"),
        ("sequence = udp:7000", "3:12: the port stands before its protocol; write 7000:udp"),
        ("sequence = 7000,8000;", "3:12: a line does not end with ';'; write sequence = 7000,8000"),
        ("sequence == 7000", "3:11: one '=' is enough; write sequence = 7000"),
        ("tcpflags = syn ack", "3:12: commas stand between flags, and no blanks; write syn,ack"),
        ("tcpflags = syn;!ack", "3:12: commas stand between flags, and no blanks; write syn,!ack"),
        ("tcpflags = syn|ack", "3:12: commas stand between flags, and no blanks; write syn,ack"),
        ("tcpflags = syn, ack", "3:16: there are no blanks between flags; write syn,ack"),
        ("tcpflags = syn,", "3:16: nothing stands behind the last comma; take the comma off"),
        ("keys = laptop phone", "3:8: commas stand between keys; write laptop,phone"),
        ("keys = laptop;phone", "3:8: commas stand between keys; write laptop,phone"),
        ("keys = laptop,", "3:15: nothing stands behind the last comma; take the comma off"),
        ("seq_timeout = 10;", "3:15: a line does not end with ';'; write seq_timeout = 10"),
        ("seq_timeout = 2 minutes", "3:15: '2 minutes' is no time; write whole seconds, such as 120"),
        ("cmd_timeout = 1h", "3:15: '1h' is no time; write whole seconds, such as 3600"),
        ("seq_timeout =", "3:14: '' is no time; write whole seconds, such as 10"),
    ])
    func anotherListIsNamed(line: String, expected: String) {
        #expect(said(line) == [expected])
    }

    @Test func secondsHaveAUnit() throws {
        #expect(try door("seq_timeout = 10s").sequence?.timeout == 10_000)
    }

    @Test func interfacesHaveCommasBetweenThem() {
        #expect(saidInOptions("interface = eth0 eth1") == ["2:13: commas stand between interfaces; write eth0,eth1"])
        // An interface can have this name.
        let outcome = read("[options]\ninterface = eth0;eth1\n")
        #expect(outcome.configuration?.options.interfaces == ["eth0;eth1"])
        #expect(
            outcome.diagnostics.map(\.description) == [
                "a.conf:2:13: warning: this is one interface's name; if it is several, write Interface = eth0,eth1"
            ])
    }

    // MARK: Lines

    @Test(arguments: [
        (
            "sequence : 7000,8000",
            "3:1: the '=' between the directive and its value is missing; write sequence = 7000,8000"
        ),
        ("Sequence: 7000", "3:1: the '=' between the directive and its value is missing; write sequence = 7000"),
        ("seq_timeout 10", "3:1: the '=' between the directive and its value is missing; write seq_timeout = 10"),
        (
            "command /sbin/x --a=b",
            "3:1: the '=' between the directive and its value is missing; write command = /sbin/x --a=b"
        ),
        ("sequence := 7000", "3:1: '=' alone stands between a directive and its value; write sequence ="),
        ("; a comment", "3:1: a comment begins with #, not with ;; write # before it"),
        ("// a comment", "3:1: a comment begins with #, not with //; write # before it"),
        ("/* a comment */", "3:1: a comment begins with #, not with /*; write # before it"),
        ("-- a comment", "3:1: a comment begins with #, not with --; write # before it"),
        ("[other", "3:1: a section's heading stands in square brackets; write [other]"),
        ("other]", "3:1: a section's heading stands in square brackets; write [other]"),
        ("<other>", "3:1: a section's heading stands in square brackets; write [other]"),
        ("{other}", "3:1: a section's heading stands in square brackets; write [other]"),
        ("seqence 7000", "3:1: 'seqence' is not a directive; did you mean sequence? write sequence = 7000"),
        ("Use_Syslog", "3:1: 'Use_Syslog' is not a directive; did you mean UseSyslog? write UseSyslog"),
    ])
    func aLineThatIsNoDirectiveIsNamed(line: String, expected: String) {
        #expect(said(line) == [expected])
    }

    @Test func aLineDoesNotGoOnInTheNext() {
        let expected =
            "the line before ends with a backslash, but lines do not go on in the next one; write all of it in one line"
        #expect(said("command = a \\\n  -b c") == ["4:3: \(expected)"])
        #expect(said("command = a \\\n  --b=c") == ["4:3: \(expected)"])
        #expect(said("command = a \\\ncmd_timeout = 5") == [])
        #expect(said("# a \\\nnonsense").map { $0.prefix(25) } == ["4:1: this is no directive"])
    }

    // MARK: Near misses

    @Test(arguments: [
        ("cmd_timout", "cmd_timeout"), ("Sequnce", "sequence"), ("sequences", "sequence"),
        ("seq-timeout", "seq_timeout"),
        ("seqtimeout", "seq_timeout"), ("SeqTimeout", "seq_timeout"), ("tcp_flags", "tcpflags"),
        ("tcpflag", "tcpflags"),
        ("start-command", "start_command"), ("startcommand", "start_command"), ("start_comand", "start_command"),
        ("start_command6", "start_command_6"), ("stop_comand", "stop_command"), ("stopcommand6", "stop_command_6"),
        ("commnad", "command"), ("comand_6", "command_6"), ("one_time_sequence", "one_time_sequences"),
        ("onetimesequences", "one_time_sequences"), ("trget", "target"), ("strict_sequences", "strict_sequence"),
        ("max_opening", "max_openings"), ("re_knock", "reknock"), ("ports", "sequence"), ("flags", "tcpflags"),
        ("seq timeout", "seq_timeout"), ("close_command", "stop_command"), ("inlcude", "include"),
    ])
    func aNearMissIsNamed(name: String, meant: String) {
        #expect(said("\(name) = 1") == ["3:1: '\(name)' is not a directive; did you mean \(meant)?"])
    }

    @Test(arguments: [
        ("Interfce", "Interface"), ("interfaces", "Interface"), ("iface", "Interface"), ("log_file", "LogFile"),
        ("Logfil", "LogFile"), ("pid_file", "PidFile"), ("on_exit", "OnExit"), ("state_file", "StateFile"),
        ("syslog", "UseSyslog"), ("keydir", "KeyDirectory"), ("users", "User"), ("sand_box", "Sandbox"),
    ])
    func aNearMissOfAnOptionIsNamed(name: String, meant: String) {
        guard name != "keydir" else { return #expect(saidInOptions("keydir = 1").count == 1) }
        #expect(saidInOptions("\(name) = 1") == ["2:1: '\(name)' is not a directive; did you mean \(meant)?"])
    }

    @Test func aNearMissInTheWrongSectionSaysWhereItBelongs() {
        #expect(
            said("Interfce = eth0") == ["3:1: 'Interfce' is not a directive; did you mean Interface (in [options])?"])
        #expect(
            saidInOptions("sequenc = 1") == [
                "2:1: 'sequenc' is not a directive; did you mean sequence (in the section of a door)?"
            ])
    }

    @Test(arguments: ["colour", "x", "foo_bar_baz", "ip", "é", ""])
    func whatIsNearNothingIsNotGuessed(name: String) {
        #expect(!said("\(name) = 1").joined().contains("did you mean"))
    }

    // MARK: Other programs

    @Test(arguments: [
        (
            "AllowDuplicates = yes",
            "'AllowDuplicates' is a directive of another knockd; repeated knocks are always ignored here"
        ),
        ("SEQUENCE_FILE = /x", "'SEQUENCE_FILE' is a directive of another knockd; write sequence = "),
        ("include_dir = /etc/knockd.d", "'include_dir' is a directive of another knockd; write include = DIRECTORY/*"),
        ("key = JBSWY3DP", "'key' is a directive of another knockd; write keys = NAME"),
        ("otp = 1", "'otp' is a directive of another knockd; write keys = NAME"),
        ("KNOCKD_OPTS = \"-i eth1\"", "'KNOCKD_OPTS' belongs in /etc/default/knockd"),
        ("verbose = yes", "'verbose' is an option of the command line; write -v"),
        ("OPEN_PORTS = tcp/22", "'OPEN_PORTS' is a directive of fwknop"),
        ("KEY_BASE64 Sz80RjpXOlhH2olGuKBUamHKcqyMBsS9BTgLaMugUsg=", "'KEY_BASE64' is a directive of fwknop"),
        ("SOURCE: ANY", "'SOURCE' is a directive of fwknop"),
        ("PCAP_INTF   eth0;", "'PCAP_INTF' is a directive of fwknop"),
        ("AllowDuplicates", "'AllowDuplicates' is a directive of another knockd"),
    ])
    func whatBelongsToAnotherProgramIsNamed(line: String, expected: String) {
        let said = said(line)
        #expect(said.count == 1)
        #expect(said.first?.contains(expected) == true, "\(said)")
    }

    @Test func anotherProgramsFileIsNamedOnce() {
        let text = "SOURCE          ANY\nOPEN_PORTS      tcp/22\nKEY_BASE64      Sz80Rg==\nHMAC_KEY_BASE64 c0TOaMJ2==\n"
        #expect(
            diagnostics(text) == [
                "a.conf:1:1: 'SOURCE' is a directive of fwknop, whose files knockd cannot read; write a door with "
                    + "keys = NAME, and make the key with knockctl keys add NAME"
            ])
    }
}
