import Events
import Packets
import Testing

struct EventLineTests {
    private static let source = IPAddress(ipv4: 0xC612_0102)
    private static let source6 = IPAddress(high: 0x2001_0db8_0000_0000, low: 1)

    /// People's filters read these lines; the formats are those of knockd 0.8.
    @Test(arguments: [
        (Event.stage(1, door: "openSSH", source: source), "198.18.1.2: openSSH: Stage 1"),
        (.stage(32, door: "a b", source: source6), "2001:db8::1: a b: Stage 32"),
        (.openSesame(door: "openSSH", source: source), "198.18.1.2: openSSH: OPEN SESAME"),
        (.openSesame(door: "openSSH", source: source6), "2001:db8::1: openSSH: OPEN SESAME"),
        (
            .sequenceTimeout(stage: 1, door: "openSSH", source: source),
            "198.18.1.2: openSSH: sequence timeout (stage 1)"
        ),
        (.running(command: "echo got 198.18.1.2", door: "door"), "door: running command: echo got 198.18.1.2"),
        (.running(command: "echo %s %n", door: "100%"), "100%: running command: echo %s %n"),
        (.commandTimeout(door: "door", source: source), "198.18.1.2: door: command timeout"),
        (.rereading(file: "/etc/knockd.conf"), "re-reading config file: /etc/knockd.conf"),
    ])
    func theLinesOfKnockdAreVerbatim(event: Event, text: String) {
        let line = EventLine(event)
        #expect(line.log == text)
        #expect(line.output == text)
        #expect(line.error == nil)
    }

    /// As knockd writes them with --lookup.
    @Test(arguments: [
        (Event.stage(1, door: "door", source: source), "198.18.1.2 (client.example): door: Stage 1"),
        (.stage(2, door: "door", source: source6), "2001:db8::1 (client.example): door: Stage 2"),
        (.openSesame(door: "door", source: source), "198.18.1.2 (client.example): door: OPEN SESAME"),
        (
            .sequenceTimeout(stage: 1, door: "door", source: source),
            "198.18.1.2 (client.example): door: sequence timeout (stage 1)"
        ),
        (.commandTimeout(door: "door", source: source), "198.18.1.2 (client.example): door: command timeout"),
        (
            .extended(until: "12:05:46", door: "door", source: source),
            "198.18.1.2 (client.example): door: stays open until 12:05:46"
        ),
        (
            .closingLeftover(door: "door", source: source),
            "198.18.1.2 (client.example): door: closing what an earlier run left open"
        ),
        (
            .refused(.tooManyInAll, door: "door", source: source),
            "198.18.1.2 (client.example): door: refused: too many knocks come from everywhere (TotalRate)"
        ),
    ])
    func aNameStandsBehindTheAddress(event: Event, text: String) {
        let line = EventLine(event, name: HostName("client.example"))
        #expect(line.log == text)
        #expect(line.output == text)
    }

    @Test(arguments: [
        Event.running(command: "echo 198.18.1.2", door: "198.18.1.2"), .commandStatus(3, door: "door"),
        .listening(interface: "ks0"), .linesLeftOut(7), .shuttingDown, .closed,
    ])
    func aLineThatBeginsWithNoAddressHasNoName(event: Event) {
        #expect(EventLine(event, name: HostName("client.example")) == EventLine(event))
    }

    @Test func aStatusOtherThanZeroIsToldToStandardErrorAndTheLog() {
        let line = EventLine(.commandStatus(3, door: "door"))
        #expect(line.log == "door: command returned non-zero status code (3)")
        #expect(line.output == nil)
        #expect(line.error == line.log)
    }

    @Test(arguments: [
        (Event.listening(interface: "ks0"), "starting up, listening on ks0" as String?, "listening on ks0..."),
        (.shuttingDown, "shutting down", "waiting for child processes..."),
        (.closed, nil, "closing..."),
        (.closingLog(file: "/l"), nil, "closing log file: /l"),
        (.reopeningLog(file: "/m"), nil, "re-opening log file: /m"),
    ])
    func knockdSaysTheseInOtherWordsOnStandardOutput(event: Event, log: String?, output: String) {
        let line = EventLine(event)
        #expect(line.log == log)
        #expect(line.output == output)
        #expect(line.error == nil)
    }

    /// What knockd does not have: who, which door, then what.
    @Test(arguments: [
        (Event.extended(until: "12:05:46", door: "d", source: source), "198.18.1.2: d: stays open until 12:05:46"),
        (.closingLeftover(door: "d", source: source), "198.18.1.2: d: closing what an earlier run left open"),
        (.linesLeftOut(7), "7 lines about knocks were left out, there were too many at once"),
        (.linesNotTaken(12), "12 lines were left out here, nobody took them"),
        (.commandWaits(running: 64, door: "d"), "d: start command waits, 64 are running"),
        (.ledgerBack(file: "/s"), "the ledger is back in /s"),
        (
            .refused(.tooManyFromSource, door: "d", source: source),
            "198.18.1.2: d: refused: this source knocks too often (SourceRate)"
        ),
        (.clockWasSet(seconds: 3600), "the clock was set forward by 3600 s"),
        (.clockWasSet(seconds: -86_400), "the clock was set back by 86400 s"),
        (
            .refused(.full(limit: 9), door: "d", source: source),
            "198.18.1.2: d: refused: the door is open for 9 addresses, its max_openings"
        ),
        (
            .refused(.tooOften, door: "d", source: source),
            "198.18.1.2: d: refused: the door is knocked at too often"
        ),
        (
            .refused(.tooManyWaiting(1024), door: "d", source: source),
            "198.18.1.2: d: refused: 1024 start commands wait already"
        ),
        (
            .refused(.notRecorded, door: "d", source: source),
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
        (Event.commandKilled(signal: 9, door: "d"), "d: command was ended by signal 9"),
        (.commandOverLimit(seconds: 30, door: "d"), "d: command runs for more than 30 s, ending it"),
        (.commandNotRun(reason: "why", door: "d"), "d: command cannot be run: why"),
        (
            .stopFailed(reason: "status 3", next: "12:05:46", door: "d", source: source),
            "198.18.1.2: d: stop failed (status 3), it stays open; next try at 12:05:46"
        ),
        (
            .stopFailed(reason: "status 3", next: nil, door: "d", source: source),
            "198.18.1.2: d: stop failed (status 3), it stays open; next try when the next opening ends"
        ),
        (
            .roleEnded(.listener, reason: "signal 9", restartIn: 100),
            "the listener has ended (signal 9), starting another in 100 ms"
        ),
        (
            .roleMisbehaved(.listener, "what", times: 2),
            "the listener sent what it should not (what), ending it, 2 times so far"
        ),
        (
            .resolverEnded(reason: "signal 9"),
            "the resolver has ended (signal 9), lines go without names until another one answers"
        ),
        (.filterTooLarge, "there are too many ports or addresses for a filter in the kernel, filtering in the daemon"),
        (.configurationFault("/c:1:2: what"), "/c:1:2: what"),
        (.reloadRefused(file: "/c"), "/c has errors, the configuration stays as it was"),
        (.leftOpen(2), "2 doors are left open, the next start closes them in time"),
        (
            .ledgerFailed(file: "/s", reason: "why", fallback: "/f"),
            "the ledger /s cannot be written (why), going on in /f"
        ),
        (
            .ledgerLost(reason: "why"),
            "no ledger can be written (why): doors that need closing are not opened until one can"
        ),
        (.ledgerDamaged(file: "/s", movedTo: "/t"), "the ledger /s is damaged, it was moved to /t"),
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
                .interfaceLeft("eth0"),
                "interface eth0 has no default route any more, not listening on it; -i eth0 keeps it"
            ),
            (
                .interfaceHasAddress("eth0", false),
                "interface eth0 has no address: until it has one, only doors with a target can be knocked at there"
            ),
            (.interfaceHasAddress("eth0", true), "interface eth0 has an address"),
        ] as [(Event, String)])
    func whatComesAndGoesIsNoError(event: Event, text: String) {
        let line = EventLine(event)
        #expect(line.log == text && line.output == text && line.error == nil)
    }

    @Test func aCommandThatIsTooLongIsToldInKnockdsWordsToo() {
        let line = EventLine(.refused(.commandTooLong, door: "door", source: Self.source))
        #expect(line.error == "error: parsed start command has been truncated! --> won't execute it")
        #expect(line.log?.hasSuffix(": door: refused: parsed command would be too long") == true)
    }
}
