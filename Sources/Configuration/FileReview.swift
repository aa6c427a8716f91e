import Base
import Linux

/// Finds warnings about the configuration's files and the programs that it runs.
struct FileReview {
    /// The directories of programs, in the form of PATH.
    let searchPath: String

    /// Warnings about files, in no order.
    func permissions(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        outcome.files.compactMap(permission)
    }

    /// Warnings about missing programs, one for each command that begins with one, in no order.
    func programs(of outcome: ConfigurationOutcome) -> [Diagnostic] {
        outcome.sections.flatMap(\.commands.all).compactMap(program)
    }

    private func permission(_ file: String) -> Diagnostic? {
        // `ConfigurationTrust` judges the permission to write.
        guard let mode = Files.mode(file), mode & 0o004 != 0 else { return nil }
        return Diagnostic(
            severity: .warning, file: file, line: 0, column: 0,
            message: "everybody on this machine can read the knocks in this file; run chmod o-rwx \(file)")
    }

    private func program(_ command: Field) -> Diagnostic? {
        guard let word = Self.program(of: command.text), command.oddCharacters.allSatisfy(\.isOther) else { return nil }
        if word.hasPrefix("/") ? Program.exists(at: word) : Program.exists(named: word, in: searchPath) { return nil }
        return command.diagnostic(.warning, "there is no program \(word); install it, or correct the command")
    }

    /// The program at the start of a command line; nil if only a shell can find it out.
    static func program(of command: String) -> String? {
        let words = command.split(maxSplits: 1) { $0 == " " || $0 == "\t" }
        guard let word = words.first.map(String.init), word.utf8.allSatisfy(isPlain), !shellWords.contains(word)
        else { return nil }
        // `name () { … }` is a function.
        if words.count > 1, words[1].drop(while: { $0 == " " || $0 == "\t" }).hasPrefix("(") { return nil }
        // Other relative paths depend on the daemon's working directory.
        return word.hasPrefix("/") || !word.contains("/") ? word : nil
    }

    /// Whether a byte means itself to a shell.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: true
        default: Decimal.isDigit(byte) || "/._-+@,:".utf8.contains(byte)
        }
    }

    /// Commands that POSIX's shell language and Debian's sh handle themselves.
    private static let shellWords: Set<String> = [
        ".", ":", "alias", "bg", "break", "case", "cd", "chdir", "command", "continue", "do", "done", "echo", "elif",
        "else", "esac", "eval", "exec", "exit", "export", "false", "fc", "fg", "fi", "for", "function", "getopts",
        "hash", "if", "in", "jobs", "kill", "local", "newgrp", "printf", "pwd", "read", "readonly", "return", "select",
        "set", "shift", "source", "test", "then", "time", "times", "trap", "true", "type", "ulimit", "umask",
        "unalias", "unset", "until", "wait", "while",
    ]
}
