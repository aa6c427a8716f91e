import Events
import Keys
import Packets
import SignedKnocks
import Testing

/// Every event's line, with the name of its address where it begins with one. People's filters and eyes know them.
struct EveryEventTests {
    private struct Row {
        let event: Event
        let log: String?
        let output: String?
        let error: String?

        init(_ event: Event, log: String?, output: String?, error: String?) {
            (self.event, self.log, self.output, self.error) = (event, log, output, error)
        }

        /// One line for the log and for standard output.
        static func notice(_ event: Event, _ text: String) -> Row {
            Row(event, log: text, output: text, error: nil)
        }

        /// The same line for standard error too.
        static func failure(_ event: Event, _ text: String) -> Row {
            Row(event, log: text, output: text, error: text)
        }
    }

    private static let s = IPAddress(ipv4: 0xC612_0102)
    private static let o = IPAddress(ipv4: 0xC612_0109)

    private static func rows(_ k: Event.KeyLabel) -> [Row] {
        [
            .notice(.knock(.stage(1, door: "d", source: s)), "198.18.1.2 (n.example): d: Stage 1"),
            .notice(.knock(.openSesame(door: "d", source: s)), "198.18.1.2 (n.example): d: OPEN SESAME"),
            .notice(
                .knock(.timeout(stage: 1, door: "d", source: s)),
                "198.18.1.2 (n.example): d: sequence timeout (stage 1)"),
            .notice(
                .knock(.reset(stage: 1, by: "22:tcp", door: "d", source: s)),
                "198.18.1.2 (n.example): d: attempt at stage 1 ended by 22:tcp"),
            .notice(
                .knock(.refused(.tooOften, door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: too many knocks for this door"),
            .notice(
                .knock(.refused(.tooManyFromSource, door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: too many knocks from this source (SourceRate)"),
            .notice(
                .knock(.refused(.tooManyInAll, door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: too many knocks in all (TotalRate)"),
            .notice(
                .knock(.refused(.full(limit: 3), door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: the door is open for 3 addresses, its max_openings"),
            Row(
                .knock(.refused(.commandTooLong, door: "d", source: s)),
                log: "198.18.1.2 (n.example): d: refused: parsed command would be too long",
                output: "198.18.1.2 (n.example): d: refused: parsed command would be too long",
                error: "error: parsed start command has been truncated! --> won't execute it"),
            .notice(
                .knock(.refused(.tooManyWaiting(4), door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: too many start commands are waiting (4)"),
            .notice(
                .knock(.refused(.notRecorded, door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: the opening cannot be recorded"),
            .failure(
                .knock(.refused(.notSpent(reason: "why"), door: "d", source: s)),
                "198.18.1.2 (n.example): d: refused: its one-time sequence cannot be marked as used: why"),
            .notice(
                .knock(.inCooldown(seconds: 5, door: "d", source: s)),
                "198.18.1.2 (n.example): d: ignored for 5 s more (seq_cooldown)"),
            .notice(.daemon(.linesLeftOut(6)), "6 lines about knocks dropped (too many at once)"),
            .notice(.daemon(.linesLeftOut(1)), "1 line about knocks dropped (too many at once)"),
            .notice(.daemon(.linesNotTaken(7)), "7 lines dropped (this output was not read)"),
            .notice(
                .signed(.knock(from: k, door: "d", source: s, sender: nil)),
                "198.18.1.2 (n.example): d: signed knock from laptop (generation 2)"),
            .notice(
                .signed(.knock(from: k, door: "d", source: s, sender: o)),
                "198.18.1.2 (n.example): d: signed knock from laptop (generation 2), sent by 198.18.1.9"),
            .notice(
                .signed(.refused(.replayed, from: k, door: "d", source: s)),
                "198.18.1.2 (n.example): d: signed knock from laptop (generation 2) refused: it was sent before"),
            .notice(
                .signed(.refused(.malformedDoor, from: k, door: "", source: s)),
                "198.18.1.2 (n.example): signed knock from laptop (generation 2) refused: its door's name is malformed"),
            .notice(
                .signed(.atAnotherTime(from: k, source: s, skewSeconds: -3600)),
                "198.18.1.2 (n.example): signed by laptop (generation 2) for another time: clocks differ by -3600 s, or an old knock was sent again"
            ),
            .notice(
                .signed(.byRetired(from: k, source: s)),
                "198.18.1.2 (n.example): signed by laptop (generation 2), which is no longer valid"),
            .notice(
                .signed(.close(from: k, door: "d", source: s, sender: nil, isHeld: false)),
                "198.18.1.2 (n.example): d: close from laptop (generation 2)"),
            .notice(
                .signed(.close(from: k, door: "d", source: s, sender: o, isHeld: true)),
                "198.18.1.2 (n.example): d: close from laptop (generation 2), sent by 198.18.1.9, others hold it open"),
            .notice(
                .signed(.nothingToClose(from: k, door: "d", source: s, sender: o)),
                "198.18.1.2 (n.example): d: close from laptop (generation 2), sent by 198.18.1.9, which does not hold it open"
            ),
            .notice(.signed(.portFlooded), "signed port: under flood, invalid datagrams are dropped in the kernel"),
            .notice(.signed(.portQuiet), "signed port: quiet again"),
            .notice(
                .signed(.counts(noise: 1, wrongTags: 2, leftOut: 3)),
                "signed port, the last minute: 1 datagram without a valid hint, 2 with a wrong tag, 3 over their share"),
            .notice(.command(.running("echo", door: "d")), "d: running command: echo"),
            .notice(
                .opening(.extended(until: "12:00:00", door: "d", source: s)),
                "198.18.1.2 (n.example): d: stays open until 12:00:00"),
            .notice(
                .opening(.isGone(door: "d", source: s)),
                "198.18.1.2 (n.example): d: the opening is gone from the firewall, running start again"),
            .notice(
                .opening(.runsAnew(door: "d", source: s)), "198.18.1.2 (n.example): d: running stop and start again"),
            .notice(
                .opening(.openAgain(until: "12:00:00", door: "d", source: s)),
                "198.18.1.2 (n.example): d: open again until 12:00:00"),
            .failure(
                .opening(.stopFailed(reason: "status 3", next: "12:00:01", door: "d", source: s)),
                "198.18.1.2 (n.example): d: stop failed (status 3), it stays open; next try at 12:00:01"),
            .failure(
                .opening(.stopFailed(reason: "status 3", next: nil, door: "d", source: s)),
                "198.18.1.2 (n.example): d: stop failed (status 3), it stays open; next try when the next opening ends"),
            .notice(
                .opening(.stopNotNeeded(door: "d", source: s)),
                "198.18.1.2 (n.example): d: closed: stop failed, but the check finds nothing open"),
            .notice(.opening(.timeout(door: "d", source: s)), "198.18.1.2 (n.example): d: command timeout"),
            Row(
                .command(.status(3, door: "d")), log: "d: command returned non-zero status code (3)", output: nil,
                error: "d: command returned non-zero status code (3)"),
            .failure(.command(.killed(signal: 9, door: "d")), "d: command was ended by signal 9"),
            .failure(.command(.overLimit(seconds: 30, door: "d")), "d: command runs for more than 30 s, ending it"),
            .failure(.command(.notRun(reason: "why", door: "d")), "d: command cannot be run: why"),
            .notice(.command(.waits(running: 64, door: "d")), "d: start command is waiting (64 running)"),
            .notice(
                .opening(.leftByEarlierRun(door: "d", source: s)),
                "198.18.1.2 (n.example): d: closing what an earlier run left open"),
            Row(
                .interface(.listening("eth0")), log: "starting up, listening on eth0", output: "listening on eth0...",
                error: nil),
            .notice(.interface(.awaited("eth0", isThere: true)), "interface eth0 is down, waiting for it"),
            .notice(.interface(.awaited("eth0", isThere: false)), "interface eth0 is not there, waiting for it"),
            .notice(.interface(.back("eth0")), "interface eth0 is back, listening on it"),
            .notice(
                .interface(.left("eth0")),
                "interface eth0 has no default route any more, not listening on it; -i eth0 keeps it"),
            .notice(.interface(.hasAddress("eth0", true)), "interface eth0 has an address"),
            .notice(
                .interface(.hasAddress("eth0", false)),
                "interface eth0 has no address: only doors with a target can be opened there"),
            .failure(.interface(.captureFailed("eth0", reason: "why")), "could not open eth0: why"),
            .notice(
                .interface(.kept(named: "eth0")),
                "Interface (eth0) is read at the start only; restart the daemon to change it"),
            .failure(.daemon(.noPidFile(file: "/p", reason: "why")), "could not create pid file /p: why"),
            .failure(
                .daemon(.oneTimeUsedUp(door: "d")),
                "no more sequences left in the one time sequences file for door d --> disabling the door"),
            .failure(.daemon(.oneTimeUnmarkable(door: "d", words: "what")), "door d: what"),
            .failure(
                .role(.ended(.listener, reason: "why", restartIn: 100)),
                "the listener has ended (why), restarting it in 100 ms"),
            .failure(
                .role(.misbehaved(.verifier, "what", times: 2)),
                "the verifier misbehaved (what), restarting it (2nd time)"),
            .notice(
                .role(.jailed(.listener, user: "nobody", fences: "all")), "the listener is jailed: user nobody, all"),
            .failure(.daemon(.privilegeMissing("text")), "text"),
            .notice(
                .daemon(.jailKept), "User and Sandbox are read at the start only; restart the daemon to change them"),
            .notice(
                .daemon(.optionKept("User")), "User is read at the start only; restart the daemon to change it"),
            .failure(.key(.fault("fault")), "fault"),
            .notice(.key(.notLocked), "the daemon's keys may be swapped to disk; set LimitMEMLOCK=infinity"),
            .notice(
                .key(.taken(keys: 1, generations: 2, directory: "/k")), "/k: loaded 1 key with 2 valid generations"),
            .notice(.opening(.holdsRevoked(1)), "closing 1 opening of revoked keys"),
            .notice(.opening(.holdsRevoked(2)), "closing 2 openings of revoked keys"),
            .notice(.opening(.holdsNotGranted(1)), "closing 1 opening that the new configuration does not grant"),
            .notice(.opening(.holdsNotGranted(2)), "closing 2 openings that the new configuration does not grant"),
            .notice(
                .key(.rotationUnused(from: k, retires: 1_800_000_000)),
                "laptop (generation 2) retires on 2027-01-15T08:00:00Z, and no newer generation was ever used: does the client have it?"
            ),
            .notice(
                .key(.retiresByUseUnknown(from: k)),
                "laptop (generation 2) retires once a newer generation is used; the record of uses was lost, so it stays valid until then"
            ),
            .notice(
                .key(.replayStateLost(reason: "why", from: "12:00:31")),
                "signed knocks are valid from 12:00:31 on (why)"),
            .notice(.daemon(.clockWasSet(seconds: 5)), "the clock was set forward by 5 s"),
            .notice(.daemon(.clockWasSet(seconds: -5)), "the clock was set back by 5 s"),
            .failure(
                .interface(.filterTooLarge),
                "too many ports or addresses for the kernel's filter, filtering in the daemon"),
            .notice(
                .daemon(.procMissing),
                "/proc is not mounted: the daemon treats this as the first start since a boot, and finds neither commands that an earlier run left running nor the interface of the default route; run mount -t proc proc /proc"
            ),
            .failure(
                .role(.resolverEnded(reason: "why")),
                "the resolver has ended (why), log lines have no names until the next one answers"),
            .notice(.daemon(.rereading(file: "/c")), "re-reading config file: /c"),
            .failure(.daemon(.configurationFault("fault")), "fault"),
            Row(.daemon(.closingLog(file: "/l")), log: nil, output: "closing log file: /l", error: nil),
            Row(.daemon(.reopeningLog(file: "/l")), log: nil, output: "re-opening log file: /l", error: nil),
            .failure(.daemon(.reloadRefused(file: "/c")), "/c has errors, the configuration stays as it was"),
            Row(.daemon(.shuttingDown), log: "shutting down", output: "waiting for child processes...", error: nil),
            .notice(.daemon(.waitingForCommands(1)), "waiting for 1 command without a stop command to end"),
            .notice(.daemon(.waitingForCommands(2)), "waiting for 2 commands without a stop command to end"),
            .failure(.daemon(.leftOpen(1)), "1 opening left open; the next start closes it in time"),
            .failure(.daemon(.leftOpen(2)), "2 openings left open; the next start closes them in time"),
            Row(.daemon(.closed), log: nil, output: "closing...", error: nil),
            .failure(
                .ledger(.failed(file: "/s", reason: "why", fallback: "/f")),
                "the ledger /s cannot be written (why), going on in /f"),
            .notice(.ledger(.back(file: "/s")), "the ledger is back in /s"),
            .failure(
                .ledger(.lost(reason: "why")),
                "no ledger can be written (why): doors that need closing are not opened until one can"),
            .failure(
                .ledger(.inMemory(reason: "why")),
                "no ledger can be written (why): openings are kept in memory only, so a killed daemon leaves them open, and signed knocks are refused; set StateFile to a file that the daemon can write"
            ),
            .failure(.ledger(.damaged(file: "/s", movedTo: "/t")), "the ledger /s is damaged, it was moved to /t"),
            .notice(
                .ledger(.ofItsOwn(file: "/s", other: "/o", process: "7", interfaces: ["eth0", "lo"])),
                "process 7 at eth0,lo has the ledger /o, this daemon's is /s"),
            .notice(
                .ledger(.ofItsOwn(file: "/s", other: "/o", process: nil, interfaces: ["eth0"])),
                "another process at eth0 has the ledger /o, this daemon's is /s"),
            .notice(
                .ledger(.takenOver(file: "/s", openings: 3)),
                "took over 3 openings from the ledger /s of a daemon that no longer runs"),
            .failure(
                .ledger(.notTakenOver(file: "/s", reason: "why")),
                "the ledger /s of a daemon that no longer runs cannot be read (why): its openings stay open"
            ),
            .notice(
                .detail(.packet(transport: "tcp", from: .init(s, 1), to: .init(o, 2), length: 60, at: "now")),
                "now: tcp: 198.18.1.2:1 -> 198.18.1.9:2 60 bytes"),
            .notice(.detail(.filter("tcp")), "filter: tcp"),
            .notice(.detail(.localAddress(s)), "local IP: 198.18.1.2"),
            .notice(
                .detail(.doorConfigured(name: "d", sequence: "1:tcp", timeout: 5)),
                "config: d: sequence: 1:tcp, seq_timeout: 5"),
        ]
    }

    @Test func hasItsOwnLine() throws {
        let key = Event.KeyLabel(try #require(KeyName("laptop")), generation: 2)
        for row in Self.rows(key) {
            let line = EventLine(row.event, name: HostName("n.example"))
            #expect(line.log == row.log, "\(row.event)")
            #expect(line.output == row.output, "\(row.event)")
            #expect(line.error == row.error, "\(row.event)")
        }
    }

    @Test func lineBeginsWithAnAddressWhereTheEventHasASource() throws {
        let key = Event.KeyLabel(try #require(KeyName("laptop")), generation: 2)
        for row in Self.rows(key) {
            let isFirst = row.log?.hasPrefix("198.18.1.2 (n.example): ") ?? false
            #expect((row.event.facts.source != nil) == isFirst, "\(row.event)")
        }
    }
}
