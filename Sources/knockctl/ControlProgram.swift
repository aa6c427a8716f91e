import Base
import Keys
import Linux

/// Runs knockctl, from its arguments to its exit status.
enum ControlProgram {
    /// The warning printed before a secret is written to a file that others can read.
    static let readableOutput = "warning: standard output is a file that others can read"
    private static let unwritable = "standard output cannot be written; its reader is gone, or the disk is full"

    /// Runs the command in the arguments, and returns the exit status. The first argument is the program's name.
    static func run(_ arguments: [String]) -> Int32 {
        do throws(ControlError) {
            switch try command(arguments) {
            case .help: return print([ControlText.usage])
            case .version: return print([Version.line(of: "knockctl")])
            case .keys(let command, let source): return try keys(command, source)
            case .rules(let command): return try rules(command)
            }
        } catch {
            let prefix = error.message == ControlText.usage || error.message.isEmpty ? "" : "knockctl: "
            if !error.message.isEmpty { Output.printError(prefix + error.message) }
            return error.status.rawValue
        }
    }

    private static func command(_ arguments: [String]) throws(ControlError) -> ControlCommand {
        // getopt begins its messages with the first word, so use the name, not the path.
        let words = ["knockctl"] + arguments.dropFirst()
        guard let line = CommandLineOptions(words, known: ControlCommand.options) else {
            let meant = CommandLineOptions.meant(by: words, known: ControlCommand.options)
            let advice = meant.map { "did you mean --\($0)? " } ?? ""
            throw ControlError(.usage, advice + "(knockctl --help shows the usage)")
        }
        return try ControlCommand(options: line.options, operands: line.operands)
    }

    private static func keys(_ command: KeyCommand, _ source: KeySource) throws(ControlError) -> Int32 {
        var isImport = false
        switch command {
        case .import: isImport = true
        case .export(let name, let isForced): try checkOutput(name, isForced: isForced)
        default: break
        }
        let place = try Environment().place(source, isImport: isImport)
        let uses = KeyUses.read(place)
        let commands = KeyCommands(
            place: place, now: UnixSeconds(Clock.wallSeconds()), uses: uses, confirm: { Terminal.confirm($0) })
        var result = try commands.perform(command)
        result.complaints.forEach { Output.printError($0) }
        defer { SecretBytes.wipe(&result.content) }
        if !result.content.isEmpty, !Output.writeWaiting(result.content) {
            throw ControlError(.files, unwritable)
        }
        if let change = result.change, let complaint = KeyChangeWait(place: place, change: change).wait() {
            Output.printError("knockctl: \(complaint)")
        }
        let status = print(result.lines)
        return result.complaints.isEmpty ? status : ControlError.Status.files.rawValue
    }

    /// Throws if standard output is a terminal, which keeps the secret in its memory and shows it to bystanders.
    private static func checkOutput(_ name: KeyName, isForced: Bool) throws(ControlError) {
        if Terminal.has(Output.standardOutput), !isForced {
            throw ControlError(
                .refused,
                "\(name): standard output is a terminal, which would show and keep the secret; write it into a pipe or a "
                    + "file, or write --force")
        }
        if let mode = Output.modeThatOthersCanRead {
            Output.printError(
                "knockctl: \(readableOutput) (mode \(String(mode, radix: 8))); run chmod 600 on it, and rotate the key if "
                    + "somebody may have read it")
        }
    }

    private static func rules(_ command: RulesCommand) throws(ControlError) -> Int32 {
        let result = try RulesWork(command: command).perform()
        result.remarks.forEach { Output.printError("knockctl: \($0)") }
        let status = print(result.lines)
        return result.isComplete || status != 0 ? status : ControlError.Status.incomplete.rawValue
    }

    private static func print(_ lines: [String]) -> Int32 {
        let isPrinted = lines.allSatisfy { Output.printWaiting($0) }
        if !isPrinted { Output.printError("knockctl: \(unwritable)") }
        return (isPrinted ? ControlError.Status.success : .files).rawValue
    }
}
