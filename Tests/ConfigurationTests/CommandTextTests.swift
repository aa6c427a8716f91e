import Testing

@testable import Configuration

struct CommandTextTests {
    private func said(_ command: String, existing: String = "") -> [String] {
        let field = Field(command.utf8, line: 3, file: "a.conf")
        return CommandText(command: field) { $0 == existing }.diagnostics.map {
            "\($0.column): \($0.severity == .warning ? "" : "error: ")\($0.message)"
        }
    }

    // MARK: %IP%

    @Test(arguments: [
        ("open %ip%", 6, "%ip%", "IP"), ("open %Ip% x", 6, "%Ip%", "IP"), ("open %IP", 6, "%IP", "IP"),
        ("open %IP/32", 6, "%IP", "IP"), ("open % IP %", 6, "% IP %", "IP"), ("a %IP% b %iP%", 10, "%iP%", "IP"),
        ("open %key%", 6, "%key%", "KEY"), ("open %Door%", 6, "%Door%", "DOOR"),
        ("open %seconds%", 6, "%seconds%", "SECONDS"),
    ])
    func whatIsNotReplacedIsNamed(command: String, column: Int, written: String, name: String) {
        #expect(said(command) == ["\(column): '\(written)' is not replaced; write %\(name)%"])
    }

    @Test(arguments: [
        "open %IP%", "open %IP%%IP%", "a %IP%:%KEY%:%DOOR%:%SECONDS%", "date +%s", "date +%i%p", "printf '%s%%'",
        "100%", "%",
        "date +%F %IP% %T", "a %%IP%%", "x %ipv4%", "echo %IPADDRESS",
    ])
    func otherSignsAreFine(command: String) {
        #expect(said(command) == [])
    }

    // MARK: Quotes

    @Test(arguments: [
        "\"/usr/sbin/iptables -I INPUT -s %IP% -j ACCEPT\"", "'/usr/sbin/iptables -I INPUT'", "\"a b\"",
        "“/usr/sbin/iptables -I INPUT”", "“true”", "„true -x“", "‘a b’", "«a»",
    ])
    func quotesAroundTheWholeCommandAreNamed(command: String) {
        let quote = command.first.map(String.init) ?? ""
        #expect(
            said(command) == [
                "1: the quotes \(quote) around the whole command make it the name of one program; write it without them"
            ])
    }

    @Test(arguments: [
        "\"a\" \"b\"", "\"/usr/bin/true\"", "'true'", "\"$HOME/x\" y", "'a' b 'c'", "sh -c \"a b\"", "\"", "\"\"",
    ])
    func otherQuotesAreFine(command: String) {
        #expect(said(command) == [])
    }

    @Test func aProgramMayHaveABlankInItsName() {
        #expect(said("\"/opt/my tool\"", existing: "/opt/my tool") == [])
        #expect(said("\"/opt/my tool\"").count == 1)
    }

    // MARK: Other characters

    @Test(arguments: [
        ("iptables\u{A0}-I INPUT", "9: there is a no-break space (U+00A0) here; write an ordinary blank"),
        ("iptables –I INPUT", "10: – is a typographic dash (U+2013); write -"),
        ("iptables -p tcp —dport 22", "17: — is a typographic dash (U+2014); write -"),
        (
            "x --comment “knock”",
            "13: “ is a typographic quote (U+201C); write \" in a command, and no quotes elsewhere"
        ),
        ("x\ry", "2: there is a carriage return (U+000D) here; take it out"),
        ("x \u{200B}y", "3: there is a zero-width character (U+200B) here; take it out"),
        ("x ％IP％", "3: ％ is a fullwidth character (U+FF05); write %"),
    ])
    func aCharacterThatAShellTakesForALetterIsNamed(command: String, expected: String) {
        #expect(said(command) == [expected + ", or put it between quotes if it is meant"])
    }

    @Test(arguments: [
        "echo \"“Tür” – 門\"", "echo 'a – b'", "echo Tür 門", "echo a–b", "logger \"it\\\"s – x\"", "echo \\' '“'",
    ])
    func charactersBetweenQuotesAndLettersAreFine(command: String) {
        #expect(said(command) == [])
    }

    @Test func aBackslashAtTheEndIsNamed() {
        #expect(
            said("iptables -I \\")
                == ["13: a command does not go on in the next line; write all of it in one line, without the backslash"]
        )
    }
}
