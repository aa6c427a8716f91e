import Testing

@testable import Configuration

struct DirectiveTests {
    private func field(_ text: String) -> Field { Field(text.utf8, line: 1, file: "a.conf") }

    @Test(
        arguments: [
            ("UseSyslog", .useSyslog), ("LOGFILE", .logFile), ("PidFile", .pidFile), ("interface", .interface),
            ("StateFile", .stateFile), ("OnExit", .onExit), ("Sequence", .sequence),
            ("One_Time_Sequences", .oneTimeSequences), ("Seq_Timeout", .sequenceTimeout), ("Timeout", .timeout),
            ("TCPFlags", .tcpFlags), ("Target", .target), ("Start_Command", .startCommand), ("Command", .command),
            ("Start_Command_6", .startCommand6), ("Command_6", .command6), ("Cmd_Timeout", .commandTimeout),
            ("Stop_Command", .stopCommand), ("Stop_Command_6", .stopCommand6), ("command_limit", .commandLimit),
            ("reKnock", .reknock), ("Max_Openings", .maxOpenings), ("VLAN", .vlan),
            ("Strict_Sequence", .strictSequence), ("Include", .include), ("Stop_Success", .stopSuccess),
            ("Check_Command", .checkCommand), ("Check_Command_6", .checkCommand6), ("Reload_Keeps", .reloadKeeps),
        ] as [(String, Directive)])
    func namesAreMatchedWithoutRegardToCase(name: String, directive: Directive) {
        #expect(Directive(field(name)) == directive)
        #expect(Directive(field(name.lowercased())) == directive)
        #expect(Directive(field(name.uppercased())) == directive)
    }

    @Test func everyDirectiveHasANameOfItsOwn() {
        #expect(Directive.allCases.count == 43)
        #expect(Set(Directive.allCases.map(\.rawValue)).count == 43)
    }

    @Test(arguments: ["", " sequence", "sequence ", "seq", "seq-timeout", "sequences", "start_command6", "\u{1F511}"])
    func otherNamesMeanNothing(name: String) {
        #expect(Directive(field(name)) == nil)
    }

    @Test func namesAreListedForTheSectionTheyBelongIn() {
        #expect(
            Directive.names(inOptions: true)
                == "UseSyslog, LogFile, PidFile, Interface, StateFile, OnExit, KeyDirectory, ServerName, SignedPort, "
                + "TimeWindow, SourceRate, TotalRate, User, Sandbox, strict_sequence, reload_keeps, include")
        #expect(
            Directive.names(inOptions: false)
                == "sequence, one_time_sequences, one_time_window, seq_timeout, timeout, "
                + "seq_cooldown, tcpflags, target, vlan, start_command, "
                + "command, start_command_6, command_6, cmd_timeout, stop_command, stop_command_6, stop_success, "
                + "check_command, check_command_6, command_limit, reknock, max_openings, keys, address, delegates, "
                + "max_seconds, strict_sequence, reload_keeps, include")
    }
}
