/// The result of reading a configuration: its contents and its diagnostics.
package struct ConfigurationOutcome {
    /// Nil if there is an error.
    package let configuration: Configuration?
    /// All errors, and the warnings about the running daemon or about values that are not read as written;
    /// `ConfigurationReview` adds the others. Sorted by file in reading order, then by line.
    package private(set) var diagnostics: [Diagnostic]

    /// The options as far as they could be read, even if there are errors.
    let options: Configuration.Options
    /// The doors as far as they could be read, even if there are errors.
    let sections: [DoorSection]
    /// The files read, in this order, followed by the files of one-time sequences.
    let files: [String]
    /// The lines whose author has silenced warnings.
    private(set) var silenced = SilencedLines()

    /// A copy without the warnings on these lines.
    func silencing(_ lines: SilencedLines) -> ConfigurationOutcome {
        var outcome = self
        outcome.silenced = lines
        outcome.diagnostics.removeAll(where: lines.contains)
        return outcome
    }
    /// Directives that override an earlier one in their section.
    var repeats: [RepeatedDirectives.Repeat] = []
    /// The values that name interfaces.
    var interfaces: [Field] = []
    /// A digest of the files' content. It leaves out the files of one-time sequences, which the daemon changes itself.
    package var digest = ""

    /// Sorts diagnostics by file, line and column.
    static func sorted(_ diagnostics: [Diagnostic], files: [String]) -> [Diagnostic] {
        let numbers = Dictionary(files.enumerated().map { ($1, $0) }) { first, _ in first }
        func place(_ diagnostic: Diagnostic) -> (Int, Int, Int) {
            (numbers[diagnostic.file] ?? files.count, diagnostic.line, diagnostic.column)
        }
        return diagnostics.sorted { place($0) < place($1) }
    }
}
