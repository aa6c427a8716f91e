import Doors
import Knocks
import Linux
import Packets

/// Reads knockd.conf, line by line as knockd does, and finds all that is wrong with it before it gives up.
///
/// A line is blank, a comment (its first character a `#`), a `[section]` or `directive = value`. There are no quotes,
/// no continuation and no comments behind a value.
package struct ConfigurationReader {
    /// What a file says, and what there is to say about it. There is a configuration unless there is an error.
    package struct Outcome {
        package let configuration: Configuration?
        package let diagnostics: [Diagnostic]
    }

    fileprivate enum Section {
        case none
        case options
        /// The section being read is the last of `doors`.
        case door
        /// A heading that was wrong: what follows it belongs nowhere, and nothing more is said about it.
        case wrong
    }

    /// Doors are numbered with 16 bits.
    private static let mostDoors = 65_535

    private let file: String
    private var section = Section.none
    private var options = Configuration.Options()
    private var doors: [DoorSection] = []
    /// How many doors bear a name.
    private var namesakes: [String: Int] = [:]
    private var diagnostics: [Diagnostic] = []

    private init(file: String) {
        self.file = file
    }

    /// Reads the content of a file; `file` is its name in diagnostics.
    package static func read(_ content: [UInt8], file: String) -> Outcome {
        var reader = ConfigurationReader(file: file)
        var number = 0
        for bytes in content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            reader.readLine(Field(bytes: Array(bytes)[...], line: number))
        }
        return reader.finish()
    }

    private mutating func readLine(_ raw: Field) {
        let line = raw.trimmed
        guard let first = line.bytes.first, first != UInt8(ascii: "#") else { return }
        if line.bytes.contains(0) || !line.isUTF8 {
            return error(line, "the line holds bytes that are no text; write it in UTF-8")
        }
        if first == UInt8(ascii: "["), line.bytes.count > 1, line.bytes.last == UInt8(ascii: "]") {
            readHeading(line)
        } else if let (name, value) = line.splitOnce("=") {
            readDirective(name.trimmed, value.trimmed)
        } else if Directive(line) == .useSyslog {
            // knockd takes this one in any section.
            section.isNone ? error(line, Self.belongsNowhere) : (options.useSyslog = true)
        } else if let directive = Directive(line) {
            if directive == .sequence, case .door = section { doors[doors.count - 1].sequenceNamed = true }
            error(line, "'\(line.text)' has no value; write \(line.text) = VALUE")
        } else {
            error(line, "this is no directive; write NAME = VALUE, or # before a comment")
        }
    }

    private mutating func readHeading(_ line: Field) {
        let name = line.inside
        switch name.text {
        case "":
            error(line, "the section has no name; write one, such as [openSSH]")
            section = .wrong
        case "options":
            section = .options
        case let text where text.utf8.count > 255:
            error(line, "the section's name is too long; write at most 255 bytes")
            section = .wrong
        default:
            let ordinal = namesakes[name.text, default: 0] + 1
            namesakes[name.text] = ordinal
            doors.append(DoorSection(identity: DoorIdentity(name: name.text, ordinal: ordinal), heading: line))
            section = .door
        }
    }

    private mutating func readDirective(_ name: Field, _ value: Field) {
        if case .wrong = section { return }
        if section.isNone { return error(name, Self.belongsNowhere) }
        let inOptions = section.isOptions
        guard let directive = Directive(name) else {
            let known = Directive.names(inOptions: inOptions)
            return error(name, "'\(name.text)' is no directive here; write one of \(known)")
        }
        if directive == .useSyslog {
            return error(value, "usesyslog takes no value; write usesyslog alone")
        }
        if directive.isOption != inOptions {
            let place = directive.isOption ? "in [options]" : "in the section of a door"
            return error(name, "'\(name.text)' does not belong here; write it \(place)")
        }
        do {
            if inOptions {
                try set(directive, value, in: &options)
            } else {
                try set(directive, value, in: &doors[doors.count - 1])
            }
        } catch {
            self.error(error.field, error.message)
        }
    }

    private func set(_ directive: Directive, _ value: Field, in options: inout Configuration.Options) throws(ValueError)
    {
        switch directive {
        case .logFile: options.logFile = try value.something()
        case .pidFile: options.pidFile = try value.something()
        case .interface: options.interfaces = [try value.interfaceName()]
        case .stateFile: options.stateFile = try value.something()
        case .onExit: options.onExit = try value.word([("close", .close), ("keep", .keep)])
        default: return
        }
    }

    private func set(_ directive: Directive, _ value: Field, in door: inout DoorSection) throws(ValueError) {
        switch directive {
        case .sequence:
            door.sequenceNamed = true
            door.sequence = try value.knockSequence()
        case .oneTimeSequences:
            door.sequenceNamed = true
            throw ValueError(
                field: value, message: "one-time sequences are not supported yet; write sequence = PORT,PORT,…")
        case .sequenceTimeout, .timeout: door.sequenceTimeout = try value.seconds()
        case .tcpFlags:
            door.flagField = value
            door.flagRule = try value.tcpFlags(addedTo: door.flagRule)
        case .target: door.target = try value.address()
        case .startCommand, .command: door.startCommand = value.text
        case .startCommand6, .command6: door.startCommand6 = value.text
        case .stopCommand: door.stopCommand = value.text
        case .stopCommand6: door.stopCommand6 = value.text
        case .commandTimeout: door.openFor = try value.seconds()
        case .commandLimit: door.commandLimit = try value.secondsAboveZero()
        case .reknock: door.reknock = try value.word([("extend", .extend), ("rerun", .rerun)])
        case .maxOpenings: door.maxOpenings = try value.count()
        default: return
        }
    }

    private mutating func finish() -> Outcome {
        for door in doors where !door.sequenceNamed {
            let name = door.identity.name
            error(
                door.heading, "door '\(name)' has an empty knock sequence; write sequence = 7000,8000,9000 or the like")
        }
        if doors.count > Self.mostDoors {
            error(doors[Self.mostDoors].heading, "there are too many doors; write at most \(Self.mostDoors)")
        }
        var configuration = Configuration()
        configuration.options = options
        configuration.doors = doors.compactMap(\.door)
        for door in doors { warn(door) }
        diagnostics.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        let isGood = !diagnostics.contains { $0.severity == .error }
        return Outcome(configuration: isGood ? configuration : nil, diagnostics: diagnostics)
    }

    private mutating func warn(_ door: DoorSection) {
        if let field = door.flagField, door.sequence?.knocks.contains(where: { $0.transport == .tcp }) ?? false,
            !door.flagRule.admitsConnectionAttempts
        {
            warning(
                field,
                "no connection attempt carries these flags (it carries syn alone), so that ordinary clients cannot "
                    + "open this door; write tcpflags = syn")
        }
        if door.sequenceTimeout == 0, (door.sequence?.count ?? 1) > 1 {
            warning(door.heading, "seq_timeout = 0 leaves no time to knock: this door never opens; write 1 or more")
        }
    }

    private mutating func error(_ field: Field, _ message: String) {
        diagnostics.append(
            Diagnostic(severity: .error, file: file, line: field.line, column: field.column, message: message))
    }

    private mutating func warning(_ field: Field, _ message: String) {
        diagnostics.append(
            Diagnostic(severity: .warning, file: file, line: field.line, column: field.column, message: message))
    }

    private static let belongsNowhere =
        "all directives must belong to a section; write [options] or a door's name first"
}

extension ConfigurationReader.Section {
    fileprivate var isNone: Bool { if case .none = self { true } else { false } }
    fileprivate var isOptions: Bool { if case .options = self { true } else { false } }
}
