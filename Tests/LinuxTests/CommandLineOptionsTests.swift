import Linux
import Testing

struct CommandLineOptionsTests {
    private static let known: [CommandLineOptions.Option] = [
        .init("i", "interface", takesValue: true), .init("d", "delay", takesValue: true), .init("v", "verbose"),
        .init("V", "version"),
    ]

    @Test(arguments: [
        (["knock", "--intreface", "eth0", "h", "1"], "interface"), (["knock", "--dealy=5", "h", "1"], "delay"),
        (["knock", "-v", "h", "1", "--Verbose"], "verbose"),
    ])
    func theOptionThatWasMeantIsNamed(words: [String], meant: String) {
        #expect(CommandLineOptions.meant(by: words, known: Self.known) == meant)
    }

    @Test(arguments: [
        ["knock"], ["knock", "-x", "h"], ["knock", "--nonsense"], ["knock", "--", "--intreface"],
        // The beginning of two options, which getopt has named, and an option without its value.
        ["knock", "--ver"], ["knock", "--delay"],
    ])
    func whereNoneIsMeantThereIsNoAdvice(words: [String]) {
        #expect(CommandLineOptions.meant(by: words, known: Self.known) == nil)
    }
}
