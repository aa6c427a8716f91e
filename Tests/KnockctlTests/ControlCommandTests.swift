import KernelRules
import Keys
import Linux
import Testing

@testable import knockctl

struct ControlCommandTests {
    private func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

    /// Options as getopt hands them over: `-s` and its value are `s=value`.
    private func command(_ operands: String, _ options: String...) throws(ControlError) -> ControlCommand {
        try ControlCommand(
            options: options.map { option in
                let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (Character(String(parts[0])), parts.count > 1 ? String(parts[1]) : "")
            }, operands: operands.split(separator: " ").map(String.init))
    }

    private func error(_ operands: String, _ options: String) -> ControlError? {
        #expect(throws: ControlError.self) {
            _ = try options.isEmpty ? command(operands) : command(operands, options)
        }
    }

    @Test func everyCommandIsUnderstood() throws {
        let laptop = try name("laptop")
        let usual = KeySource.configuration(nil)
        let table: [(ControlCommand, KeyCommand)] = [
            (try command("keys add laptop"), .add(laptop, server: nil)),
            (try command("keys add laptop", "s=gw"), .add(laptop, server: try name("gw"))),
            (try command("keys list"), .list(asJSON: false)),
            (try command("keys list", "j"), .list(asJSON: true)),
            (try command("keys rotate laptop"), .rotate(laptop, .seconds(604_800), isForced: false)),
            (try command("keys rotate laptop", "G=3d", "f"), .rotate(laptop, .seconds(259_200), isForced: true)),
            (try command("keys rotate laptop", "u"), .rotate(laptop, .untilUsed, isForced: false)),
            (try command("keys revoke laptop"), .revoke(laptop, generation: nil)),
            (try command("keys revoke laptop", "g=2"), .revoke(laptop, generation: 2)),
            (try command("keys prune"), .prune), (try command("keys export laptop"), .export(laptop)),
            (try command("keys import -"), .import(file: "-")),
            (try command("keys import a/b.key"), .import(file: "a/b.key")),
            (
                try command("keys import -", "n=laptop", "s=gw", "r"),
                .import(file: "-", ImportExpectation(name: laptop, server: try name("gw"), replaces: true))
            ),
            (try command("keys export laptop", "f"), .export(laptop, isForced: true)),
        ]
        for (understood, expected) in table { #expect(understood == .keys(expected, usual)) }
    }

    @Test func theSourceIsTold() throws {
        #expect(try command("keys list", "c=/x") == .keys(.list(asJSON: false), .configuration("/x")))
        #expect(try command("keys list", "D=/x") == .keys(.list(asJSON: false), .directory("/x")))
        #expect(try command("keys list", "D=/x", "D=/y") == .keys(.list(asJSON: false), .directory("/y")))
    }

    @Test func rulesAreAskedForByTheirOptions() throws {
        #expect(try command("rules iptables") == .rules(RulesCommand(backend: .iptables(.ipv4))))
        #expect(try command("rules iptables", "6") == .rules(RulesCommand(backend: .iptables(.ipv6))))
        #expect(
            try command("rules nftables", "c=/x", "d=ssh", "p=22/tcp", "k")
                == .rules(
                    RulesCommand(
                        backend: .nftables, file: "/x", door: "ssh", port: OpenedPort("22/tcp"), isOnlyKnocks: true)))
    }

    @Test(arguments: [
        ("rules pf", "", "'pf' is not a kind of rules; write iptables or nftables"),
        ("rules iptable", "", "did you mean iptables?"), ("rules iptables ssh", "", "takes no 'ssh'"),
        ("rules nftables", "6", "leave -6 out"), ("rules iptables", "p=ssh", "'ssh' is not a port"),
        ("rules iptables", "s=gw", "rules takes no --server"), ("rules iptables", "D=/x", "takes no --directory"),
        ("rules iptables", "c=", "the path is empty"), ("keys list", "d=ssh", "keys list takes no --door"),
    ])
    func whatIsWrongWithRulesIsTold(operands: String, options: String, message: String) {
        let error = error(operands, options)
        #expect(error?.status == .usage)
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test func helpAndVersionGoBeforeAllElse() throws {
        #expect(try command("keys nonsense", "h") == .help)
        #expect(try command("", "V") == .version)
    }

    @Test(arguments: [
        ("", "", "usage:"), ("kyes", "", "'kyes' is not a command; did you mean keys?"),
        ("door", "", "'door' is not a command; write keys or rules"), ("rules", "", "write iptables or nftables"),
        ("keys", "", "write add, list"),
        ("keys ad laptop", "", "'ad' is not a command of knockctl keys; did you mean add?"),
        ("keys delete laptop", "", "write add, list, rotate, revoke, prune, export or import"),
        ("keys add", "", "keys add needs the name of a key"),
        ("keys add a b", "", "takes no 'b'"), ("keys add a/b", "", "'a/b' is not a name"),
        ("keys add laptop", "s=a b", "'a b' is not a name"), ("keys add laptop", "j", "keys add takes no --json"),
        ("keys add laptop", "g=1", "keys add takes no --generation"), ("keys list", "f", "keys list takes no --force"),
        ("keys list all", "", "keys list takes no 'all'"), ("keys prune all", "", "keys prune takes no 'all'"),
        ("keys revoke laptop", "g=0", "'0' is not a generation"),
        ("keys revoke laptop", "g=x", "'x' is not a generation"),
        ("keys revoke laptop", "g=-1", "'-1' is not a generation"),
        ("keys revoke laptop", "g=1000000000", "'1000000000' is not a generation"),
        ("keys rotate laptop", "G=7", "'7' is not a time"), ("keys rotate laptop", "G=", "'' is not a time"),
        ("keys import", "", "or - for standard input"),
        ("keys import -", "n=..", "'..' is not a name"), ("keys import -", "f", "takes no --force"),
        ("keys add -rf", "", "'-rf' is not a name"), ("keys add laptop", "a=gw", "'gw' is not a list of addresses"),
        ("keys list", "D=", "the path is empty"),
        ("keys list", "c=", "the path is empty"),
    ])
    func whatIsWrongIsTold(operands: String, options: String, message: String) {
        let error = error(operands, options)
        #expect(error?.message.contains(message) == true)
        #expect(error?.status == .usage)
    }

    @Test func contradictionsAreRefused() {
        #expect(throws: ControlError.self) { try command("keys rotate laptop", "G=7d", "u") }
        #expect(throws: ControlError.self) { try command("keys list", "c=/x", "D=/y") }
    }

    @Test func everyOptionStandsInTheUsage() {
        for option in ControlCommand.options {
            #expect(ControlText.usage.contains("-\(option.letter), --\(option.name)"))
        }
    }
}
