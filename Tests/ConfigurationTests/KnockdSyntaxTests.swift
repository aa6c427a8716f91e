import Configuration
import Doors
import Knocks
import Packets
import Testing

/// Files that knockd 0.8 was seen to accept or refuse.
struct KnockdSyntaxTests {
    private static let longSequence = String(repeating: "1,", count: 32) + "1"
    private static let refused: [(what: String, text: String, line: Int)] = [
        ("an unknown option", "[options]\n\tcolour = red\n[door]\n\tsequence = 7000,8000,9000\n", 2),
        ("a door without a sequence", "[options]\n\n[door]\n\tcommand = true\n", 3),
        ("a port beyond 65535", "[options]\n\n[door]\n\tsequence = 7000,70000\n", 4),
        ("another protocol", "[options]\n\n[door]\n\tsequence = 7000:sctp\n", 4),
        ("a blank between flags", "[door]\n\tsequence = 7000\n\ttcpflags = syn, ack\n", 3),
        ("a directive before any section", "sequence = 7000\n", 1),
        ("a value for usesyslog", "[options]\n\tUseSyslog = yes\n[door]\n\tsequence = 7000\n", 2),
        ("33 ports", "[door]\n\tsequence = \(longSequence)\n", 2),
        ("a semicolon for a comment", "[options]\n\n; comment\n[door]\n\tsequence = 7000\n", 3),
        ("a file of one-time sequences that is not there", "[door]\n\tone_time_sequences = /nofile\n", 2),
        ("a section without a name", "[options]\n\n[]\n", 3),
        ("a directive without a value", "[options]\n\n[door]\n\tsequence\n", 4),
        ("a door's directive in [options]", "[options]\n\tsequence = 7000\n", 2),
        ("an option in a door", "[door]\n\tsequence = 7000\n\tlogfile = /x\n", 3),
    ]

    @Test(arguments: refused)
    func whatKnockdRefusesIsRefused(what: String, text: String, line: Int) {
        let outcome = read(text)
        #expect(outcome.configuration == nil, "\(what)")
        #expect(outcome.diagnostics.contains { $0.severity == .error && $0.line == line }, "\(what)")
    }

    private static let longName = String(repeating: "n", count: 200)
    private static let longCommand = "[door]\nsequence = 1\ncommand = : \(String(repeating: "%IP%", count: 600))"

    private static let oddBlanks = """
        [options]
           usesyslog

        \t  [door]
        \tSEQUENCE=7000:TCP , 8000 :tcp,9000: Tcp
          Seq_Timeout   =   9 seconds
        \tTCPFlags = SyN
           Command=echo "a = b" start-door %IP% %IP%>>/out # %IP%
        #[gone]
        # sequence = 1
        """
    private static let aliases = """
        [door]
            sequence = 1,2,3
            sequence = 7000,8000
            timeout = 5
            command = echo first
            start_command = echo second %IP%
            tcpflags = fin
            tcpflags = syn
        """
    private static let bothFamilies = """
        [door]
            sequence = 7000,7000,8000
            seq_timeout = 1
            cmd_timeout = 0
            start_command = a
            stop_command = b
            start_command_6 =
            stop_command_6 = c
            target = fd00::1
        """
    private static let synAndAck = """
        [opencloseSSH]
            sequence      = 8881:tcp,7777:tcp,9991:tcp
            seq_timeout   = 15
            tcpflags      = syn,ack
            start_command = /usr/bin/iptables -A TCP -s %IP% -p tcp --dport 22 -j ACCEPT
            cmd_timeout   = 10
            stop_command  = /usr/bin/iptables -D TCP -s %IP% -p tcp --dport 22 -j ACCEPT
        """

    private static let accepted: [(text: String, doors: Int)] = [
        ("", 0), ("[options]\n\tlogfile = /dev/null\n", 0),
        ("[options]\n\n[door]\n\tsequence = 7000,8000,9000\n\ttcpflags = syn\n\tcommand = echo %IP% >> /out\n", 1),
        (oddBlanks, 1), (aliases, 1),
        ("[Options]\n\tsequence = 7000\n[ options ]\n\tsequence = 8000\n", 2),
        ("[door]\n\tsequence = 7000\n\tusesyslog\n", 1),
        ("[\(longName)]\n\tsequence = 7000,8000\n", 1), (longCommand, 1),
        ("[door]\n\tsequence = 7000\n[door]\n\tsequence = 7000\n", 2),
        ("[door]\n\tsequence = 7000,8000\n\tstart_command =\n\tstop_command = echo stop\n\tcmd_timeout = 1\n", 1),
        ("[door]\n\tsequence = 7000,8000\n\tseq_timeout = 0\n[one]\n\tsequence = 5000\n\tseq_timeout = 0\n", 2),
        ("[options]\r\n\r\n[door]\r\n\tsequence = 7000,8000\r\n\ttcpflags = syn\r\n", 1),
        ("[door]\n\tsequence = 7000,8000\n[options]\n\tlogfile = /dev/null\n", 1),
        ("[a]\n\tsequence = 7000,8000\n\ttcpflags = syn,!ack\n[b]\n\tsequence = 8000,7000\n", 2),
        ("[a]\n\tsequence = 7000:udp,8000:udp\n\ttcpflags = fin\n[b]\n\tsequence = 7000:udp,7000:tcp\n", 2),
        (bothFamilies, 1), (synAndAck, 1),
    ]

    @Test(arguments: accepted)
    func whatKnockdAcceptsIsAccepted(text: String, doors: Int) {
        let outcome = read(text)
        #expect(outcome.diagnostics.filter { $0.severity == .error } == [])
        #expect(outcome.configuration?.doors.count == doors)
    }

    @Test func blanksCaseAndComparableOdditiesAreReadAsKnockdReadsThem() throws {
        let door = try door(" Sequence=7000:TCP , 8000 :tcp,9000: Tcp\n  Seq_Timeout   =   9 seconds\n\tTCPFlags = SyN")
        #expect(door.sequence?.sequence.knocks == knocks(7000, 8000, 9000))
        #expect(door.sequence?.timeout == 9_000)
        #expect(door.sequence?.flagRule == TCPFlagRule(required: .syn))
    }

    @Test(arguments: ["sequence = 7000,-1", "sequence = abc", "sequence =", "sequence = 7000,", "seq_timeout = -1"])
    func whatKnockdMisreadsIsRefused(line: String) {
        #expect(diagnostics(ofDirective: line).count == 1)
    }
}
