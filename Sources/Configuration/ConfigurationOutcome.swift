/// What the files of a configuration say, and what there is to say about them.
package struct ConfigurationOutcome {
    /// Nil if there is an error.
    package let configuration: Configuration?
    /// File by file in the order they were read, each from its top: all errors, and the warnings that concern the
    /// running daemon or values that are not read as they are written. `ConfigurationReview` has the others.
    package private(set) var diagnostics: [Diagnostic]

    /// What was read of the options, whether good or not.
    let options: Configuration.Options
    /// What was read of the doors, whether good or not.
    let sections: [DoorSection]
    /// The files that were read, in this order; then the files of one-time sequences.
    let files: [String]
    /// The lines that no warning is wanted of.
    private(set) var silenced = SilencedLines()

    /// The same without the warnings that are not wanted.
    func silencing(_ lines: SilencedLines) -> ConfigurationOutcome {
        var outcome = self
        outcome.silenced = lines
        outcome.diagnostics.removeAll(where: lines.contains)
        return outcome
    }
    /// Directives that replace an earlier one of their section.
    var repeats: [RepeatedDirectives.Repeat] = []
    /// The values that name interfaces.
    var interfaces: [Field] = []
    /// A number for the content of the files, without those of one-time sequences, which the daemon changes itself.
    package var digest = ""

    /// Diagnostics in the order of the files and their lines.
    static func sorted(_ diagnostics: [Diagnostic], files: [String]) -> [Diagnostic] {
        let numbers = Dictionary(files.enumerated().map { ($1, $0) }) { first, _ in first }
        func place(_ diagnostic: Diagnostic) -> (Int, Int, Int) {
            (numbers[diagnostic.file] ?? files.count, diagnostic.line, diagnostic.column)
        }
        return diagnostics.sorted { place($0) < place($1) }
    }
}
