import Doors
import Linux

/// Reads knockd.conf, line by line as knockd does, and finds all that is wrong with it before it gives up.
///
/// A line is blank, a comment (its first character a `#`), a `[section]` or `directive = value`. There are no quotes
/// and no continuation. A comment behind a value that cannot hold a `#` is taken off, with a warning, but for
/// `# check: ok`. Only `include` and `one_time_sequences` make it read other files.
package struct ConfigurationReader {
    private enum Section: Hashable {
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
    /// Of which programs' directives something was said: once is enough.
    private var origins: Set<ForeignDirective.Origin> = []
    /// Whether the line before ends with a backslash.
    private var isContinued = false
    private var repeats = RepeatedDirectives()
    private var interfaces: [Field] = []

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
        var outcome = assembly.finish()
        outcome.repeats = reader.repeats.found
        outcome.interfaces = reader.interfaces
        outcome.digest = reader.inclusion.digest.description
        return outcome.silencing(reader.silenced)
    }

    private mutating func readFile(_ content: [UInt8], file: String) {
        inclusion.enter(file, content)
        let form = FileForm(content, file: file)
        if let diagnostic = form.diagnostic { diagnostics.append(diagnostic) }
        isContinued = false
        for line in form.lines { readLine(silenced.withoutMark(line.trimmed)) }
        inclusion.leave()
    }

    private mutating func readLine(_ line: Field) {
        defer { isContinued = line.bytes.last == UInt8(ascii: "\\") && !line.isBlankOrComment }
        if line.isBlankOrComment { return }
        do {
            try readText(line.checkedText())
        } catch {
            // Each line of another program's file would say the same.
            if let origin = error.origin, origin != .knockd, !origins.insert(origin).inserted { return }
            diagnostics.append(error.diagnostic)
        }
    }

    private mutating func readText(_ line: Field) throws(ValueError) {
        let (word, comment) = line.withoutComment(.plain)
        if let (heading, comment) = line.headingWithoutComment {
            diagnostics.append(comment.takenOff())
            try readHeading(heading)
        } else if line.isHeading {
            try readHeading(line)
        } else if Directive(word) == .useSyslog {
            // knockd takes this one in any section.
            if section == .none { throw ValueError(field: word, message: Self.belongsNowhere) }
            options.useSyslog = true
            if let comment { diagnostics.append(comment.takenOff()) }
        } else if let (name, value) = line.assignment {
            try readDirective(name, value, line)
        } else {
            try readWord(line)
        }
    }

    /// A line without `=` that is no heading.
    private mutating func readWord(_ line: Field) throws(ValueError) {
        if let directive = Directive(line) {
            if directive == .sequence || directive == .oneTimeSequences, case .door(let number) = section {
                doors[number].classic.isNamed = true
            }
            throw ValueError(field: line, message: "'\(line.text)' has no value; write \(directive.spelling) = VALUE")
        }
        // What would have been a heading is none, so that what follows is in no known section.
        if line.bracketedInASCII != nil { section = .wrong }
        throw try line.checkedASCII().whyNoDirective(inOptions: section == .options, isContinued: isContinued)
    }

    private mutating func readHeading(_ line: Field) throws(ValueError) {
        let name = line.inside.text
        section = .wrong
        if name.isEmpty {
            throw ValueError(field: line, message: "the section has no name; write one, such as [openSSH]")
        }
        if name.utf8.count > ConfigurationLimits.sectionNameBytes {
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

    private mutating func readDirective(_ name: Field, _ value: Field, _ line: Field) throws(ValueError) {
        let directive = Directive(name)
        if directive == .include { return try include(value) }
        if section == .wrong { return }
        guard let directive else { throw try unknown(name, line) }
        if section == .none { throw ValueError(field: name, message: Self.belongsNowhere) }
        let inOptions = section == .options
        if directive == .useSyslog {
            throw ValueError(field: value, message: "UseSyslog takes no value; write UseSyslog alone")
        }
        guard directive.belongs(inOptions: inOptions) else {
            if case .door(let number) = section, doors[number].isMeantAsOptions {
                doors[number].hasOptions = true
                return
            }
            let place = inOptions ? "in the section of a door" : "in [options]"
            throw ValueError(field: name, message: "'\(name.text)' does not belong here; write it \(place)")
        }
        repeats.note(directive, name, in: section)
        let plain = plain(value, directive)
        do {
            if case .door(let number) = section {
                if directive == .sequence || directive == .oneTimeSequences { doors[number].classic.isNamed = true }
                if directive == .keys { doors[number].signed.keysNamed(plain) }
                try doors[number].set(directive, plain)
            } else {
                if directive == .interface { interfaces.append(plain) }
                try options.set(directive, plain)
            }
        } catch {
            throw ValueText.reason(plain, of: directive) ?? error
        }
    }

    private func unknown(_ name: Field, _ line: Field) throws(ValueError) -> ValueError {
        let isNowhere = section == .none
        let error = try name.checkedASCII().whyUnknown(line, inOptions: section == .options, isContinued: isContinued)
        return isNowhere && error.origin == nil ? ValueError(field: name, message: Self.belongsNowhere) : error
    }

    /// The value without what does not belong to it.
    private mutating func plain(_ value: Field, _ directive: Directive) -> Field {
        let reading = ValueText(value, of: directive)
        diagnostics += reading.warnings
        return reading.value
    }

    /// Reads files as if each stood in a file of its own, with no section open, and goes on in the section where this
    /// one was.
    private mutating func include(_ value: Field) throws(ValueError) {
        let outer = section
        defer { section = outer }
        for path in try inclusion.files(for: plain(value, .include)) where !inclusion.isFull {
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
