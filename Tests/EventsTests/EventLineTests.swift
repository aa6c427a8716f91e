import Events
import Packets
import Testing

struct EventLineTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let source6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)

    /// People's filters read these lines; the formats are those of knockd 0.8.
    @Test(arguments: [
        (Event.knock(.stage(1, door: "openSSH", source: source)), "198.18.1.2: openSSH: Stage 1"),
        (.knock(.stage(32, door: "a b", source: source6)), "2001:db8::1: a b: Stage 32"),
        (.knock(.openSesame(door: "openSSH", source: source)), "198.18.1.2: openSSH: OPEN SESAME"),
        (.knock(.openSesame(door: "openSSH", source: source6)), "2001:db8::1: openSSH: OPEN SESAME"),
        (
            .knock(.timeout(stage: 1, door: "openSSH", source: source)),
            "198.18.1.2: openSSH: sequence timeout (stage 1)"
        ),
        (.command(.running("echo got 198.18.1.2", door: "door")), "door: running command: echo got 198.18.1.2"),
        (.command(.running("echo %s %n", door: "100%")), "100%: running command: echo %s %n"),
        (.opening(.timeout(door: "door", source: source)), "198.18.1.2: door: command timeout"),
        (.daemon(.rereading(file: "/etc/knockd.conf")), "re-reading config file: /etc/knockd.conf"),
    ])
    func theLinesOfKnockdAreVerbatim(event: Event, text: String) {
        let line = EventLine(event)
        #expect(line.log == text)
        #expect(line.output == text)
        #expect(line.error == nil)
    }

    /// As knockd writes them with --lookup.
    @Test(arguments: [
        (Event.knock(.stage(1, door: "door", source: source)), "198.18.1.2 (client.example): door: Stage 1"),
        (.knock(.stage(2, door: "door", source: source6)), "2001:db8::1 (client.example): door: Stage 2"),
        (.knock(.openSesame(door: "door", source: source)), "198.18.1.2 (client.example): door: OPEN SESAME"),
        (
            .knock(.timeout(stage: 1, door: "door", source: source)),
            "198.18.1.2 (client.example): door: sequence timeout (stage 1)"
        ),
        (.opening(.timeout(door: "door", source: source)), "198.18.1.2 (client.example): door: command timeout"),
        (
            .opening(.extended(until: "12:05:46", door: "door", source: source)),
            "198.18.1.2 (client.example): door: stays open until 12:05:46"
        ),
        (
            .opening(.leftByEarlierRun(door: "door", source: source)),
            "198.18.1.2 (client.example): door: closing what an earlier run left open"
        ),
        (
            .knock(.refused(.tooManyInAll, door: "door", source: source)),
            "198.18.1.2 (client.example): door: refused: too many knocks in all (TotalRate)"
        ),
    ])
    func aNameStandsBehindTheAddress(event: Event, text: String) {
        let line = EventLine(event, name: HostName("client.example"))
        #expect(line.log == text)
        #expect(line.output == text)
    }

    @Test(arguments: [
        Event.command(.running("echo 198.18.1.2", door: "198.18.1.2")), .command(.status(3, door: "door")),
        .interface(.listening("ks0")), .daemon(.linesLeftOut(7)), .daemon(.shuttingDown), .daemon(.closed),
    ])
    func aLineThatBeginsWithNoAddressHasNoName(event: Event) {
        #expect(EventLine(event, name: HostName("client.example")) == EventLine(event))
    }

    @Test func aStatusOtherThanZeroIsToldToStandardErrorAndTheLog() {
        let line = EventLine(.command(.status(3, door: "door")))
        #expect(line.log == "door: command returned non-zero status code (3)")
        #expect(line.output == nil)
        #expect(line.error == line.log)
    }

    @Test(arguments: [
        (Event.interface(.listening("ks0")), "starting up, listening on ks0" as String?, "listening on ks0..."),
        (.daemon(.shuttingDown), "shutting down", "waiting for child processes..."),
        (.daemon(.closed), nil, "closing..."),
        (.daemon(.closingLog(file: "/l")), nil, "closing log file: /l"),
        (.daemon(.reopeningLog(file: "/m")), nil, "re-opening log file: /m"),
    ])
    func knockdSaysTheseInOtherWordsOnStandardOutput(event: Event, log: String?, output: String) {
        let line = EventLine(event)
        #expect(line.log == log)
        #expect(line.output == output)
        #expect(line.error == nil)
    }

    /// What knockd does not have: who, which door, then what.
    @Test(arguments: [
        (
            Event.opening(.extended(until: "12:05:46", door: "d", source: source)),
            "198.18.1.2: d: stays open until 12:05:46"
        ),
        (
            .opening(.leftByEarlierRun(door: "d", source: source)),
            "198.18.1.2: d: closing what an earlier run left open"
        ),
        (.daemon(.linesLeftOut(7)), "7 lines about knocks dropped (too many at once)"),
        (.daemon(.linesNotTaken(12)), "12 lines dropped (this output was not read)"),
        (.command(.waits(running: 64, door: "d")), "d: start command is waiting (64 running)"),
        (.ledger(.back(file: "/s")), "the ledger is back in /s"),
        (
            .knock(.refused(.tooManyFromSource, door: "d", source: source)),
            "198.18.1.2: d: refused: too many knocks from this source (SourceRate)"
        ),
        (.daemon(.clockWasSet(seconds: 3600)), "the clock was set forward by 3600 s"),
        (.daemon(.clockWasSet(seconds: -86_400)), "the clock was set back by 86400 s"),
        (
            .knock(.refused(.full(limit: 9), door: "d", source: source)),
            "198.18.1.2: d: refused: the door is open for 9 addresses, its max_openings"
        ),
        (
            .knock(.refused(.tooOften, door: "d", source: source)),
            "198.18.1.2: d: refused: too many knocks for this door"
        ),
        (
            .knock(.refused(.tooManyWaiting(1024), door: "d", source: source)),
            "198.18.1.2: d: refused: too many start commands are waiting (1024)"
        ),
        (
            .knock(.refused(.notRecorded, door: "d", source: source)),
            "198.18.1.2: d: refused: the opening cannot be recorded"
        ),
    ])
    func ownFactsAreOneLineForLogAndOutput(event: Event, text: String) {
        let line = EventLine(event)
        #expect(line.log == text)
        #expect(line.output == text)
        #expect(line.error == nil)
    }

    @Test(arguments: [
        (Event.command(.killed(signal: 9, door: "d")), "d: command was ended by signal 9"),
        (.command(.overLimit(seconds: 30, door: "d")), "d: command runs for more than 30 s, ending it"),
        (.command(.notRun(reason: "why", door: "d")), "d: command cannot be run: why"),
        (
            .opening(.stopFailed(reason: "status 3", next: "12:05:46", door: "d", source: source)),
            "198.18.1.2: d: stop failed (status 3), it stays open; next try at 12:05:46"
        ),
        (
            .opening(.stopFailed(reason: "status 3", next: nil, door: "d", source: source)),
            "198.18.1.2: d: stop failed (status 3), it stays open; next try when the next opening ends"
        ),
        (
            .role(.ended(.listener, reason: "signal 9", restartIn: 100)),
            "the listener has ended (signal 9), restarting it in 100 ms"
        ),
        (
            .role(.misbehaved(.listener, "what", times: 2)),
            "the listener misbehaved (what), restarting it (2nd time)"
        ),
        (
            .role(.resolverEnded(reason: "signal 9")),
            "the resolver has ended (signal 9), log lines have no names until the next one answers"
        ),
        (
            .interface(.filterTooLarge),
            "too many ports or addresses for the kernel's filter, filtering in the daemon"
        ),
        (.daemon(.configurationFault("/c:1:2: what")), "/c:1:2: what"),
        (.daemon(.reloadRefused(file: "/c")), "/c has errors, the configuration stays as it was"),
        (.daemon(.leftOpen(2)), "2 openings left open; the next start closes them in time"),
        (
            .ledger(.failed(file: "/s", reason: "why", fallback: "/f")),
            "the ledger /s cannot be written (why), going on in /f"
        ),
        (
            .ledger(.lost(reason: "why")),
            "no ledger can be written (why): doors that need closing are not opened until one can"
        ),
        (.ledger(.damaged(file: "/s", movedTo: "/t")), "the ledger /s is damaged, it was moved to /t"),
    ])
    func whatTheOperatorMustMendIsAnError(event: Event, text: String) {
        let line = EventLine(event)
        #expect(line.log == text)
        #expect(line.output == text)
        #expect(line.error == line.log)
    }

    @Test(
        arguments: [
            (
                .interface(.left("eth0")),
                "interface eth0 has no default route any more, not listening on it; -i eth0 keeps it"
            ),
            (
                .interface(.hasAddress("eth0", false)),
                "interface eth0 has no address: only doors with a target can be opened there"
            ),
            (.interface(.hasAddress("eth0", true)), "interface eth0 has an address"),
        ] as [(Event, String)])
    func whatComesAndGoesIsNoError(event: Event, text: String) {
        let line = EventLine(event)
        #expect(line.log == text && line.output == text && line.error == nil)
    }

    @Test func aCommandThatIsTooLongIsToldInKnockdsWordsToo() {
        let line = EventLine(.knock(.refused(.commandTooLong, door: "door", source: Self.source)))
        #expect(line.error == "error: parsed start command has been truncated! --> won't execute it")
        #expect(line.log?.hasSuffix(": door: refused: parsed command would be too long") == true)
    }
}
