import Doors
import Linux

/// Reads knockd.conf, line by line as knockd does, and finds all that is wrong with it before it gives up.
///
/// A line is blank, a comment (its first character a `#`), a `[section]` or `directive = value`. There are no quotes,
/// no continuation and no comments behind a value, but for `# check: ok`. Only `include` and `one_time_sequences` make it
/// read other files.
package struct ConfigurationReader {
    private enum Section: Equatable {
        case none
        case options
        /// The door with this place in `doors`.
        case door(Int)
        /// A heading that was wrong: what follows it belongs nowhere, and nothing more is said about it.
        case wrong
    }

    private var section = Section.none
    private var options = Configuration.Options()
    private var doors: [DoorSection] = []
    /// How many doors bear a name.
    private var namesakes: [String: Int] = [:]
    private var inclusion = Inclusion()
    private var diagnostics: [Diagnostic] = []
    private var silenced = SilencedLines()

    /// Reads the content of a file.
    ///
    /// - Parameters:
    ///   - file: its name, in diagnostics and for relative names of included files.
    ///   - directory: what a relative name of a one-time file is relative to.
    package static func read(
        _ content: [UInt8], file: String, directory: String = Files.absolutePath(".")
    ) -> ConfigurationOutcome {
        var reader = ConfigurationReader()
        reader.readFile(content, file: file)
        var assembly = ConfigurationAssembly(
            options: reader.options, sections: reader.doors, files: reader.inclusion.files,
            diagnostics: reader.diagnostics, directory: directory)
        return assembly.finish().silencing(reader.silenced)
    }

    private mutating func readFile(_ content: [UInt8], file: String) {
        inclusion.enter(file, byteCount: content.count)
        for line in Field.lines(of: content, file: file) { readLine(silenced.withoutMark(line.trimmed)) }
        inclusion.leave()
    }

    private mutating func readLine(_ line: Field) {
        if line.isBlankOrComment { return }
        do {
            try readText(line.checkedText())
        } catch {
            diagnostics.append(error.diagnostic)
        }
    }

    private mutating func readText(_ line: Field) throws(ValueError) {
        if line.bytes.first == UInt8(ascii: "["), line.bytes.count > 1, line.bytes.last == UInt8(ascii: "]") {
            try readHeading(line)
        } else if let (name, value) = line.splitOnce("=") {
            try readDirective(name.trimmed, value.trimmed)
        } else if Directive(line) == .useSyslog {
            // knockd takes this one in any section.
            if section == .none { throw ValueError(field: line, message: Self.belongsNowhere) }
            options.useSyslog = true
        } else if let directive = Directive(line) {
            if directive == .sequence || directive == .oneTimeSequences, case .door(let number) = section {
                doors[number].sequenceNamed = true
            }
            throw ValueError(field: line, message: "'\(line.text)' has no value; write \(line.text) = VALUE")
        } else {
            throw ValueError(field: line, message: "this is no directive; write NAME = VALUE, or # before a comment")
        }
    }

    private mutating func readHeading(_ line: Field) throws(ValueError) {
        let name = line.inside.text
        section = .wrong
        if name.isEmpty {
            throw ValueError(field: line, message: "the section has no name; write one, such as [openSSH]")
        }
        if name.utf8.count > 255 {
            throw ValueError(field: line, message: "the section's name is too long; write at most 255 bytes")
        }
        if name == "options" {
            section = .options
            return
        }
        let ordinal = namesakes[name, default: 0] + 1
        namesakes[name] = ordinal
        section = .door(doors.count)
        doors.append(DoorSection(identity: DoorIdentity(name: name, ordinal: ordinal), heading: line))
    }

    private mutating func readDirective(_ name: Field, _ value: Field) throws(ValueError) {
        let directive = Directive(name)
        if directive == .include { return try include(value) }
        if section == .wrong { return }
        if section == .none { throw ValueError(field: name, message: Self.belongsNowhere) }
        let inOptions = section == .options
        guard let directive else {
            let known = Directive.names(inOptions: inOptions)
            throw ValueError(field: name, message: "'\(name.text)' is no directive here; write one of \(known)")
        }
        if directive == .useSyslog {
            throw ValueError(field: value, message: "usesyslog takes no value; write usesyslog alone")
        }
        guard directive.belongs(inOptions: inOptions) else {
            let place = inOptions ? "in the section of a door" : "in [options]"
            throw ValueError(field: name, message: "'\(name.text)' does not belong here; write it \(place)")
        }
        if case .door(let number) = section {
            try doors[number].set(directive, value)
        } else {
            try options.set(directive, value)
        }
    }

    /// Reads files as if each stood in a file of its own, with no section open, and goes on in the section where this
    /// one was.
    private mutating func include(_ value: Field) throws(ValueError) {
        let outer = section
        defer { section = outer }
        for path in try inclusion.files(for: value) where !inclusion.isFull {
            do {
                let content = try inclusion.read(path, for: value)
                section = .none
                let outside = silenced.enterFile()
                readFile(content, file: path)
                silenced.leaveFile(outside)
            } catch {
                diagnostics.append(error.diagnostic)
            }
        }
    }

    private static let belongsNowhere =
        "all directives must belong to a section; write [options] or a door's name first"
}
