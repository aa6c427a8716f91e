import Foundation
import Linux
import TestSupport
import Testing

@testable import Configuration

struct FileReviewTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func write(_ text: String, to name: String, mode: UInt32) throws -> String {
        let path = try directory.write(Array(text.utf8), to: name)
        #expect(unsafe chmod(path, mode) == 0)
        return path
    }

    private func review(_ path: String, searchPath: String = "") throws -> [String] {
        let outcome = ConfigurationReader.read(try Files.read(path), file: path)
        return ConfigurationReview.diagnostics(of: outcome, searchPath: searchPath).map(\.description)
    }

    // MARK: Permissions

    @Test(arguments: [0o644, 0o604] as [UInt32])
    func aFileThatEverybodyCanReadIsWarnedOf(mode: UInt32) throws {
        let path = try write("[d]\nsequence=2,1\n", to: "a.conf", mode: mode)
        #expect(
            try review(path) == [
                "\(path): warning: everybody on this machine can read the knocks in this file; run chmod o-rwx \(path)"
            ])
    }

    @Test(arguments: [0o600, 0o640, 0o400] as [UInt32])
    func aFileThatOthersCannotReadIsFine(mode: UInt32) throws {
        #expect(try review(try write("[d]\nsequence=2,1\n", to: "a.conf", mode: mode)) == [])
    }

    @Test(arguments: [0o660, 0o622] as [UInt32])
    func aFileThatOthersCanChangeIsAnError(mode: UInt32) throws {
        let path = try write("[d]\nsequence=2,1\n", to: "a.conf", mode: mode)
        #expect(
            try review(path) == [
                "\(path): others than the owner can change it (mode \(String(mode, radix: 8))); run chmod go-w \(path); "
                    + "root runs its commands"
            ])
    }

    @Test func includedAndOneTimeFilesCountToo() throws {
        let inner = try write("[d]\none_time_sequences = \(directory.path("ots"))\n", to: "inner.conf", mode: 0o644)
        let ots = try write("2,1\n", to: "ots", mode: 0o644)
        let path = try write("include = inner.conf\n", to: "a.conf", mode: 0o600)
        #expect(try review(path).map { $0.prefix { $0 != ":" } } == [inner[...], ots[...]])
    }

    // MARK: Programs

    private func programs(_ command: String) throws -> [String] {
        let path = try write("[d]\nsequence=2,1\ncommand = \(command)\n", to: "a.conf", mode: 0o600)
        return try review(path, searchPath: "/nowhere:\(directory.path)")
    }

    @Test func aProgramThatIsNotThereIsWarnedOf() throws {
        let path = directory.path("missing")
        for program in [path, "missing"] {
            #expect(
                try programs("\(program) -s %IP%") == [
                    "\(directory.path("a.conf")):3:11: warning: there is no program \(program); install it, or correct "
                        + "the command"
                ])
        }
    }

    @Test func whatCannotBeRunIsNoProgram() throws {
        let path = try write("", to: "tool", mode: 0o644)
        #expect(try programs(path).count == 1)
        #expect(try programs("tool").count == 1)
        #expect(try programs(directory.path).count == 1)
        #expect(unsafe chmod(path, 0o755) == 0)
        #expect(try programs(path) == [])
        #expect(try programs("tool -x") == [])
    }

    @Test func everyCommandIsLookedAtAndEachProgramNamedOnce() throws {
        let names = ["start_command", "start_command_6", "stop_command", "stop_command_6"]
        let text = "[d]\nsequence=2,1\n" + names.map { "\($0) = missing %IP%\n" }.joined()
        let path = try write(text, to: "a.conf", mode: 0o600)
        let message = "there is no program missing (also line 4, line 5, line 6); install it, or correct the command"
        #expect(try review(path) == ["\(path):3:17: warning: \(message)"])
    }

    @Test(
        arguments: [
            ("/sbin/iptables -A INPUT", "/sbin/iptables"), ("iptables -A", "iptables"), ("ip6tables", "ip6tables"),
            ("true", nil), ("echo x", nil), ("[ -f /x ] && y", nil), ("! grep x", nil), ("{ a; }", nil),
            ("if true; then x; fi", nil), ("A=1 prog", nil), ("$PROG x", nil), ("\"prog\" x", nil), ("'a b' x", nil),
            ("prog;other", nil), ("prog>/dev/null", nil), ("prog|other", nil), ("(prog)", nil), ("`prog`", nil),
            ("/opt/%IP%/x", nil), ("./prog", nil), ("bin/prog", nil), ("f () { x; }", nil), ("f() { x; }", nil),
            ("~/bin/x", nil), ("/bin/*x", nil), ("prog\targ", "prog"), ("", nil), ("a\\ b", nil), ("exec prog", nil),
        ] as [(String, String?)])
    func onlyWhatIsPlainlyAProgramIsLookedFor(command: String, program: String?) {
        #expect(FileReview.program(of: command) == program)
    }
}
