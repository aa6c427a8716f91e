import Foundation

/// The status and the output of a program that has ended.
struct CommandResult {
    let status: Int32
    let output: String
    let errors: String

    var succeeded: Bool { status == 0 }
    /// Both streams, for programs that may use either one.
    var everything: String { output + errors }
}

/// A failure of the test's environment, not of the program under test.
struct HarnessError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

enum Command {
    /// Runs a program and waits for it. Kills it and throws when the deadline of all scenarios is over.
    ///
    /// Output goes through files, so that neither a full pipe nor a grandchild that keeps one open can hang a test.
    static func run(_ words: [String], input: String = "") throws -> CommandResult {
        let name = "\(NSTemporaryDirectory())postern-command-\(Tag.next())"
        let paths = ["in", "out", "err"].map { "\(name).\($0)" }
        defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
        for path in paths { try input.write(toFile: path, atomically: false, encoding: .utf8) }

        let limited = ["timeout", "-k", "1", "\(Site.patience)"] + words
        let status = try SpawnedProgram(limited, input: paths[0], output: paths[1], errors: paths[2]).wait()
        let result = CommandResult(status: status, output: text(at: paths[1]), errors: text(at: paths[2]))
        guard status >= 0, status != 124, status != 137 else {
            let program = words.joined(separator: " ")
            throw HarnessError("\(program) did not end within \(Site.patience) s: \(result.everything)")
        }
        return result
    }

    /// Runs a program that must succeed.
    @discardableResult
    static func require(_ words: [String], input: String = "") throws -> String {
        let result = try run(words, input: input)
        guard result.succeeded else {
            throw HarnessError("\(words.joined(separator: " ")): exit \(result.status): \(result.everything)")
        }
        return result.output
    }

    /// A file's text; empty if there is no file. Bytes that are not UTF-8 are replaced.
    static func text(at path: String) -> String {
        String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data(), as: UTF8.self)
    }
}
