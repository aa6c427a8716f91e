import Base
import Configuration
import Foundation
import Keys
import Ledger
import Linux
import TestSupport
import Testing

@testable import knockctl

/// The program itself, as people and scripts run it.
struct KnockctlProgramTests {
    private let outer: TemporaryDirectory
    private let path: String

    init() throws {
        outer = try TemporaryDirectory()
        path = outer.path("keys")
    }

    private func started(_ script: String) throws -> (process: Process, output: Pipe, errors: Pipe) {
        try BuiltProgram.start(script, in: outer)
    }

    private func run(_ script: String) throws -> BuiltProgram.Result { try BuiltProgram.run(script, in: outer) }

    private func key(at directory: String? = nil) throws -> Key {
        try KeyStore(directory ?? path).key(try #require(KeyName("laptop")))
    }

    @Test func helpAndVersionAreAnswers() throws {
        let help = try run("knockctl --help")
        #expect(help.status == 0)
        #expect(help.output == ControlText.usage + "\n")
        #expect(try run("knockctl -V").output == "knockctl (Postern) \(Version.number)\n")
    }

    @Test(arguments: [
        ("knockctl", 1, "usage:"), ("knockctl keys", 1, "write add, list"),
        ("knockctl keys list --nonsense", 1, "--help"), ("knockctl keys list --jsno", 1, "did you mean --json?"),
        ("knockctl keys list -D $D", 3, "mkdir -p -m 700"), ("knockctl keys list -c /none", 3, "/none cannot be read"),
        ("knockctl keys add a -s gw -D $D && knockctl keys export b -D $D", 2, "there is no key b"),
        ("knockctl keys add a -s gw -D $D && knockctl keys add a -D $D", 4, "already exists"),
        ("knockctl keys import - -D $D </dev/null", 3, "standard input is empty"),
        ("knockctl keys import - -D $D <&-", 3, "standard input is empty"),
        ("knockctl keys add a -s gw -D $D && knockctl keys export a -D $D >/dev/full", 3, "cannot be written"),
        ("knockctl keys add -D $D -- -a", 1, "'-a' is not a name"),
        ("knockctl keys add -D $D ..", 1, "'..' is not a name"),
        ("knockctl keys add -D $D .knockctl-x", 1, "the first a letter or a digit"),
        (
            "knockctl keys add a -s gw -D $D && knockctl keys export a -D $D | knockctl keys import - -D $D.c", 4,
            "--name a"
        ),
        (
            "knockctl keys add a -s gw -D $D && knockctl keys export a -D $D | knockctl keys import -n b - -D $D.c", 4,
            "this is the key a, not b"
        ),
        (
            "knockctl keys add a -s gw -D $D && knockctl keys export a -D $D | knockctl keys import - -D $D", 6,
            "nothing is new"
        ),
        ("knockctl keys add a -s gw -D $D -a 198.18.0.x", 1, "not a list of addresses"),
    ])
    func theExitStatusTellsWhatIsWrong(script: String, status: Int32, message: String) throws {
        let result = try run(script)
        #expect(result.status == status)
        #expect(result.errors.contains(message))
    }

    @Test func noUmaskOpensAKeyToOthers() throws {
        #expect(try run("umask 0; knockctl keys add laptop -s gw -D $D").status == 0)
        #expect(Files.mode(path) == 0o700)
        #expect(Files.mode("\(path)/laptop.key") == 0o600)
        #expect(try run("umask 0777; knockctl keys rotate laptop -D $D").status == 0)
        #expect(Files.mode("\(path)/laptop.key") == 0o600)
    }

    /// What docs/KEYS.md tells people to do, with a shell in the place of ssh.
    @Test func aRotationGoesOverSSHInOneLine() throws {
        let ssh = "ssh() { shift; D=$D sh -c \"$1\"; }; "
        let first = "ssh gw 'knockctl keys add laptop --server gw -D $D >&2 && knockctl keys export laptop -D $D'"
        #expect(try run(ssh + first + " | knockctl keys import --name laptop - -D $HOME/client").status == 0)
        let again =
            "ssh gw 'knockctl keys rotate laptop --grace 3d -D $D >&2 && knockctl keys export laptop -D $D'"
            + " | knockctl keys import --name laptop - -D $HOME/client"
        let result = try run(ssh + again)
        #expect(result.status == 0)
        #expect(result.output == "laptop: generation 2 is new, in \(outer.path)/client/laptop.key\n")
        #expect(result.errors.contains("laptop: generation 2 is new; generation 1 is still valid until "))
        #expect(try key(at: outer.path("client")).generations.map(\.secret) == key().generations.map(\.secret))
        let refused = try run(ssh + again)
        #expect(refused.status == 3, "the second rotation is refused, and nothing arrives")
        #expect(refused.errors.contains("write --force"))
        #expect(refused.errors.contains("standard input is empty"))
        #expect(try key(at: outer.path("client")).generations.count == 2)
    }

    /// A terminal is made by script(1).
    private func onTerminal(_ words: String, typing answer: String = "") throws -> (status: Int32, output: String) {
        let result = try run("printf '\(answer)' | script -qec '\(words)' /dev/null")
        return (result.status, result.output)
    }

    @Test func aSecretGoesToNoTerminalUnlessForced() throws {
        #expect(try run("knockctl keys add laptop -s gw -D $D").status == 0)
        let refused = try onTerminal("knockctl keys export laptop -D $D")
        #expect(refused.status == 4)
        #expect(refused.output.contains("--force") && !refused.output.contains("secret ="), "\(refused)")
        let forced = try onTerminal("knockctl keys export laptop --force -D $D")
        #expect(forced.status == 0 && forced.output.contains("secret ="))
    }

    @Test(arguments: [("644", true), ("640", true), ("600", false), ("400", false)])
    func aFileThatOthersCanReadIsWarnedOf(mode: String, isWarned: Bool) throws {
        let result = try run(
            "knockctl keys add laptop -s gw -D $D >&2; : > $D.out; exec 3>$D.out; chmod \(mode) $D.out;"
                + " knockctl keys export laptop -D $D >&3")
        #expect(result.status == 0)
        #expect(result.errors.contains(ControlProgram.readableOutput) == isWarned)
        #expect(try Files.read("\(path).out").starts(with: "# A key".utf8))
    }

    @Test(arguments: [("y\\n", 0), ("n\\n", 4), ("\\n", 4), ("yes\\n", 0)] as [(String, Int32)])
    func onATerminalTheQuestionShowsNameAndServer(answer: String, status: Int32) throws {
        #expect(
            try run("umask 077; knockctl keys add laptop -s gw -D $D && knockctl keys export laptop -D $D > $D.file")
                .status
                == 0)
        let asked = try onTerminal("knockctl keys import $D.file -D $D.client", typing: answer)
        #expect(asked.status == status, "\(asked)")
        #expect(asked.output.contains("key laptop for the server gw"), "\(asked)")
        #expect(Files.exists("\(path).client/laptop.key") == (status == 0))
    }

    @Test func whoeverWaitsForAPipeIsTold() throws {
        #expect(try run("knockctl keys add laptop -s gw -D $D").status == 0)
        let waiting = KeyCommands.waiting(for: "standard input")
        let slow = try run(
            "(sleep 1; knockctl keys export laptop -D $D) | knockctl keys import -n laptop - -D $D.client")
        #expect(slow.status == 0)
        #expect(slow.errors == "knockctl: \(waiting)\n")
        let fast = try run("knockctl keys export laptop -D $D > $D.file; knockctl keys import - -D $D.client < $D.file")
        #expect(fast.status == 6 && !fast.errors.contains(waiting), "\(fast)")
    }

    @Test func namesOfFilesAreMadePrintable() throws {
        #expect(try run("knockctl keys add laptop -s gw -D $D").status == 0)
        let escape = "\u{1B}[2J\u{202E}\nb"
        try outer.write(Array("x".utf8), to: "keys/\(escape).key")
        let listed = try run("knockctl keys list -D $D; knockctl keys list -j -D $D")
        for text in [listed.output, listed.errors] {
            #expect(
                !text.unicodeScalars.contains { !PrintableText.isPrintable($0) && $0 != "\n" },
                "\(text.debugDescription)")
        }
        #expect(listed.errors.contains("?[2J??b.key"), "\(listed.errors)")
        let commands = listed.errors.split(separator: "\n").compactMap { $0.firstMatch(of: /; run (.*)$/)?.1 }
        #expect(try run(String(try #require(commands.first))).status == 0, "the command that mends it is for that file")
        #expect(Files.mode("\(path)/\(escape).key") == 0o600)
    }

    // MARK: Beside a daemon

    @Test func theLedgerSaysWhenAKeyWasUsed() throws {
        let (conf, state, run) = (outer.path("knockd.conf"), outer.path("state.db"), outer.path("run"))
        try outer.write(Array("[options]\nKeyDirectory = \(path)\nStateFile = \(state)\n".utf8), to: "knockd.conf")
        #expect(try self.run("knockctl keys add laptop -s gw -c \(conf)").status == 0)
        #expect(try self.run("knockctl keys rotate laptop --until-used -c \(conf)").status == 0)
        #expect(try self.run("knockctl keys list -c \(conf)").output.components(separatedBy: "  never\n").count == 3)
        #expect(try self.run("knockctl keys rotate laptop -c \(conf)").status == 4)

        let ledger = try LockedLedger(stateFile: state, fallbackDirectory: run, bootID: "boot").load()
            .recordFloors([])
        let uses = [try key().generations[1].id: 1_795_341_600 as UnixSeconds]
        ledger.submit(LedgerEntry(uses: uses), number: 1)
        #expect(ledger.completions { LedgerContent() }.map(\.outcome) == [.recorded])
        let listed = try self.run("knockctl keys list -c \(conf)")
        #expect(listed.status == 0)
        #expect(listed.output.contains(" 2026-11-22T10:00:00Z\n"), "\(listed)")
        withExtendedLifetime(ledger) {}
    }

    @Test func aLedgerThatCannotBeReadIsTold() throws {
        let (conf, state) = (outer.path("knockd.conf"), outer.path("state.db"))
        try outer.write(Array("[options]\nKeyDirectory = \(path)\nStateFile = \(state)\n".utf8), to: "knockd.conf")
        try outer.write(Array("SQLite format 3\0 and no more".utf8), to: "state.db")
        let listed = try run("knockctl keys add laptop -s gw -c \(conf) >&2 && knockctl keys list -c \(conf)")
        #expect(listed.status == 3)
        #expect(listed.output.hasSuffix(" ?\n"))
        #expect(listed.errors.contains("\(state): the ledger cannot be read"))
    }

    // MARK: Two users

    @Test(.enabled(if: ThisProcess.isRoot)) func eachUserHasKeysOfItsOwn() throws {
        let (home, copy) = (outer.path("home"), outer.path("bin"))
        for made in [home, copy] {
            try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: false)
        }
        try FileManager.default.copyItem(atPath: BuiltProgram.path, toPath: "\(copy)/knockctl")
        #expect(unsafe chmod(outer.path, 0o755) == 0)
        #expect(unsafe chmod(copy, 0o755) == 0)
        #expect(unsafe chown(home, 65534, 65534) == 0)
        let user = "HOME=\(home) setpriv --reuid 65534 --regid 65534 --clear-groups \(copy)/knockctl"
        let imported = try run(
            "knockctl keys add laptop -s gw -D $D >&2 && knockctl keys export laptop -D $D"
                + " | \(user) keys import --name laptop - -D \(home)/.config/knock/keys")
        #expect(imported.status == 0, "\(imported)")
        #expect(Files.mode("\(home)/.config/knock/keys/laptop.key") == 0o600)
        let own = try run("\(user) keys list -D \(home)/.config/knock/keys")
        #expect(own.output.contains("laptop  gw      1           active"), "\(own)")

        let strangers = try run("\(user) keys list -D $D")
        #expect(strangers.status == 3)
        #expect(strangers.errors.contains("Permission denied; run this command as the owner"), "\(strangers)")
        let users = try run("knockctl keys list -D \(home)/.config/knock/keys")
        #expect(users.status == 3)
        #expect(users.errors.contains("it belongs to the user 65534, who can change it; run chown root"), "\(users)")
    }

    // MARK: At once, and killed

    @Test func rotationsAtOnceLoseNoGeneration() throws {
        #expect(try run("knockctl keys add laptop -s gw -D $D").status == 0)
        let runs = try (0..<12).map { _ in try started("knockctl keys rotate laptop --force -D $D") }
        for run in runs {
            run.process.waitUntilExit()
            #expect(run.process.terminationStatus == 0)
        }
        #expect(try key().generations.map(\.number) == Array(1...13))
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["laptop.key"])
    }

    @Test func keysAddedAtOnceAreAllThere() throws {
        let runs = try (0..<8).map { try started("knockctl keys add key\($0 % 4) -s gw -D $D") }
        let statuses = runs.map { run in
            run.process.waitUntilExit()
            return run.process.terminationStatus
        }
        #expect(statuses.sorted() == [0, 0, 0, 0, 4, 4, 4, 4])
        #expect(try KeyStore(path).all.entries.count == 4)
    }

    @Test func whoeverIsKilledLeavesTheOldFileOrTheNew() throws {
        #expect(try run("knockctl keys add laptop -s gw -D $D").status == 0)
        var generator = SeededGenerator.announced()
        for _ in 0..<25 {
            let before = try key().generations.count
            let (process, _, _) = try started("exec knockctl keys rotate laptop --force -D $D")
            usleep(UInt32.random(in: 0...15_000, using: &generator))
            process.terminate()
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            #expect([before, before + 1].contains(try key().generations.count))
        }
        #expect(try run("knockctl keys prune -D $D").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["laptop.key"])
    }
}
