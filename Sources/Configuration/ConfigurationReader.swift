import Doors
import Linux

/// Reads knockd.conf line by line, as knockd does, and reports all errors, not only the first.
///
/// A line is blank, a comment (its first character is a `#`), a `[section]` or `directive = value`. There are no quotes
/// and no continuation lines. Behind a value that cannot hold a `#`, a comment is removed, with a warning unless it is
/// `# check: ok`. Only `include` and `one_time_sequences` read other files.
package struct ConfigurationReader {
    private enum Section: Hashable {
        case none
        case options
        /// The door at this index of `doors`.
        case door(Int)
        /// Behind a wrong heading. Its lines belong to no section, and no further errors are reported for them.
        case wrong
    }

    private var section = Section.none
    private var options = Configuration.Options()
    private var doors: [DoorSection] = []
    /// The number of doors with each name.
    private var namesakes: [String: Int] = [:]
    private var inclusion = Inclusion()
    private var diagnostics: [Diagnostic] = []
    private var silenced = SilencedLines()
    /// The programs whose directives were reported: one report for each program is enough.
    private var origins: Set<ForeignDirective.Origin> = []
    /// Whether the line before ends with a backslash.
    private var isContinued = false
    private var repeats = RepeatedDirectives()
    private var interfaces: [Field] = []

    /// Reads a configuration from the content of its main file.
    ///
    /// - Parameters:
    ///   - file: its name, for diagnostics and as the base of relative names of included files.
    ///   - directory: the base of relative names of one-time files.
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
            // Every line of another program's file would give the same error.
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
            // knockd accepts this directive in any section.
            if section == .none { throw ValueError(field: word, message: Self.belongsNowhere) }
            options.useSyslog = true
            if let comment { diagnostics.append(comment.takenOff()) }
        } else if let (name, value) = line.assignment {
            try readDirective(name, value, line)
        } else {
            try readWord(line)
        }
    }

    /// Reports why a line without `=` that is no heading cannot be read.
    private mutating func readWord(_ line: Field) throws(ValueError) {
        if let directive = Directive(line) {
            if directive == .sequence || directive == .oneTimeSequences, case .door(let number) = section {
                doors[number].classic.isNamed = true
            }
            throw ValueError(field: line, message: "'\(line.text)' has no value; write \(directive.spelling) = VALUE")
        }
        // This was meant as a heading, so the section of the following lines is unknown.
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

    /// The value without its comment and its quotes, as far as its kind allows. Adds the warnings about them.
    private mutating func plain(_ value: Field, _ directive: Directive) -> Field {
        let reading = ValueText(value, of: directive)
        diagnostics += reading.warnings
        return reading.value
    }

    /// Reads the included files, each starting outside any section. Afterwards the section of the including file
    /// continues.
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
