import Doors
import Knocks
import Linux

/// Makes a configuration of the sections read, and makes the checks that need all of them.
struct ConfigurationAssembly {
    let options: Configuration.Options
    var sections: [DoorSection]
    var files: [String]
    var diagnostics: [Diagnostic]
    /// Relative names of one-time files start here.
    let directory: String

    /// The door that uses each one-time file, by the path without links.
    private var owners: [String: String] = [:]

    init(
        options: Configuration.Options, sections: [DoorSection], files: [String], diagnostics: [Diagnostic],
        directory: String
    ) {
        self.options = options
        self.sections = sections
        self.files = files
        self.diagnostics = diagnostics
        self.directory = directory
    }

    /// The configuration, or no configuration if there is an error.
    mutating func finish() -> ConfigurationOutcome {
        var configuration = Configuration()
        configuration.options = options
        configuration.namedKeys = sections.flatMap(\.signed.needed)
        for number in sections.indices {
            let oneTime = oneTime(number)
            judge(sections[number])
            if let door = sections[number].door(
                oneTime: oneTime, isStrict: options.strictSequence, reloadKeeps: options.reloadKeeps)
            {
                configuration.doors.append(door)
            }
        }
        diagnostics += SignedDoorErrors.diagnostics(sections)
        let sequences = configuration.doors.reduce(0) { $0 + $1.sequences.count }
        let most = ConfigurationLimits.doors
        if sections.count > most {
            say(.error, sections[most].heading, "there are too many doors; write at most \(most)")
        } else if sequences > most, let last = sections.last {
            say(
                .error, last.heading,
                "there are too many sequences (\(sequences)); write at most \(most), or a smaller one_time_window")
        }
        let isGood = !diagnostics.contains { $0.severity == .error }
        return ConfigurationOutcome(
            configuration: isGood ? configuration : nil,
            diagnostics: ConfigurationOutcome.sorted(diagnostics, files: files),
            options: options, sections: sections, files: files)
    }

    private mutating func judge(_ door: DoorSection) {
        let name = door.identity.name
        if door.isMeantAsOptions, door.hasOptions || !door.classic.isNamed && door.signed.keysField == nil {
            say(
                .error, door.heading,
                "[\(name)] is a door, since only [options], in lower case and without blanks, holds options; write "
                    + "[options]")
        } else if !door.classic.isNamed, door.signed.keysField == nil {
            say(
                .error, door.heading,
                "door '\(name)' has an empty knock sequence; write sequence = 7000,8000,9000 or the like")
        }
        if let vlan = door.classic.vlan, options.interfaces == [NetworkInterface.any] {
            say(
                .error, vlan.field,
                "interface any cannot tell VLANs apart; name the interface, such as interface = eth0")
        }
    }

    /// The door's usable one-time file with its valid sequences; nil if there is none. Stores the sequences in the
    /// section.
    private mutating func oneTime(_ number: Int) -> (path: String, upcoming: [KnockSequence])? {
        let section = sections[number]
        guard let field = section.classic.oneTime.file else { return nil }
        let path = Files.absolutePath(field.text.hasPrefix("/") ? field.text : directory + "/" + field.text)
        let name = section.identity.name
        if let owner = owners.updateValue(name, forKey: Files.resolvedPath(path)) {
            say(.error, field, "\(path) is already the file of door '\(owner)'; give each door a file of its own")
            return nil
        }
        if let sequence = section.classic.knocks {
            say(
                .warning, sequence.field,
                "this sequence is ignored, since the door has one-time sequences; remove one of the two")
        }
        let file: OneTimeFile
        do {
            file = try OneTimeFile.read(path)
        } catch {
            say(error, at: field, path: path)
            return nil
        }
        files.append(path)
        diagnostics += file.repeats
        sections[number].classic.knocks = file.next.map { DoorSection.Placed(value: $0, field: field) }
        if file.next == nil {
            say(
                .warning, field,
                "no more sequences left in the one time sequences file for door \(name) --> disabling the door; "
                    + "write new ones into \(path)")
        }
        let window = section.classic.oneTime.window?.value ?? ConfigurationLimits.oneTimeWindow
        let upcoming = file.upcoming(window)
        sections[number].classic.oneTime.lines = zip(file.lines(window), upcoming).map { (number: $0, sequence: $1) }
        return (path, upcoming)
    }

    private mutating func say(_ failure: OneTimeFile.Failure, at field: Field, path: String) {
        if case .badLines(let lines) = failure {
            files.append(path)
            diagnostics += lines
        } else {
            say(.error, field, "\(failure); name a file of sequences, one a line")
        }
    }

    private mutating func say(_ severity: Diagnostic.Severity, _ field: Field, _ message: String) {
        diagnostics.append(field.diagnostic(severity, message))
    }
}
