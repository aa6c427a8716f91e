import Doors
import Knocks

/// What there is to say about one door that can be used.
struct DoorReview {
    let section: DoorSection
    let options: Configuration.Options

    /// Warnings, in no order.
    var diagnostics: [Diagnostic] {
        flags + time + sequence + window + missingStop + signed
    }

    private var flags: [Diagnostic] {
        guard let field = section.flagField, !section.flagRule.admitsConnectionAttempts,
            section.sequence?.value.knocks.contains(where: { $0.transport == .tcp }) ?? false
        else { return [] }
        return [
            field.diagnostic(
                .warning,
                "no connection attempt carries these flags (it carries syn alone), so that ordinary clients cannot "
                    + "open this door; write tcpflags = syn")
        ]
    }

    private var time: [Diagnostic] {
        guard section.sequenceTimeout == 0, let field = section.timeoutField, (section.sequence?.value.count ?? 1) > 1
        else { return [] }
        return [
            field.diagnostic(
                .warning, "seq_timeout = 0 leaves no time to knock: this door never opens; write 1 or more")
        ]
    }

    private var sequence: [Diagnostic] {
        guard let sequence = section.sequence else { return [] }
        if sequence.value.count == 1 {
            return [
                sequence.field.diagnostic(.warning, "any port scan opens a door of one knock; write more, such as 3")
            ]
        }
        if section.isStrict ?? options.strictSequence { return strictSequence(sequence) }
        // A scan that repeats what was not answered meets a port twice: equal neighbours do not help.
        let ports = sequence.value.knocks.map(\.port)
        guard zip(ports, ports.dropFirst()).allSatisfy({ $0 <= $1 }) else { return [] }
        return [
            sequence.field.diagnostic(
                .warning,
                "a port scan that ascends opens this door; write strict_sequence = yes, or ports in another order")
        ]
    }

    /// A strict door opens to a scan that meets its knocks with few enough wrong packets between them.
    private func strictSequence(_ sequence: DoorSection.Placed<KnockSequence>) -> [Diagnostic] {
        let knocks = sequence.value.knocks
        let least = SequenceDoor.tolerance(knocks: knocks.count) + 2
        let ports = knocks.map { Int($0.port) }
        if zip(ports, ports.dropFirst()).allSatisfy({ abs($0 - $1) < least }) {
            return [
                sequence.field.diagnostic(
                    .warning,
                    "a port scan opens this strict door, its ports are too near to each other; write one that is "
                        + "\(least) or more from the one before it")
            ]
        }
        guard knocks.allSatisfy({ $0.transport == .tcp && Self.scannedFirst.contains($0.port) }) else { return [] }
        return [
            sequence.field.diagnostic(
                .warning, "port scanners try these ports first, and so may open this strict door; write others")
        ]
    }

    /// nmap moves these TCP ports to the beginning of its random order (random_port_cheat, portlist.cc).
    private static let scannedFirst: Set<UInt16> = [
        21, 22, 23, 25, 53, 80, 110, 111, 113, 135, 139, 143, 199, 256, 443, 445, 554, 587, 993, 995, 1025, 1720, 1723,
        3306, 3389, 5900, 8080, 8888,
    ]

    private var window: [Diagnostic] {
        guard section.oneTimeFile == nil, let field = section.oneTimeWindow?.field else { return [] }
        return [
            field.diagnostic(
                .warning,
                "this is for one-time sequences, and this door has none; write one_time_sequences = FILE, or "
                    + "leave it out")
        ]
    }

    private var signed: [Diagnostic] {
        let section = section.signed
        let twice = section.repeated.map {
            $0.field.diagnostic(.warning, "key \($0.name) stands here already; leave it out the second time")
        }
        if section.keysField != nil { return twice + tooShort }
        return [section.addressRule?.field, section.delegatesField, section.longest?.field].compactMap {
            $0?.diagnostic(
                .warning, "this is for signed knocks, and no key opens this door; write keys = NAME, or leave it out")
        } + twice
    }

    private var tooShort: [Diagnostic] {
        guard let longest = section.signed.longest, longest.value < section.openFor else { return [] }
        return [
            longest.field.diagnostic(
                .warning,
                "a knock that asks for no time gets cmd_timeout, which is longer: \(section.openFor / 1000) seconds; "
                    + "write max_seconds = \(section.openFor / 1000) or more")
        ]
    }

    /// A stop command that is there and empty is meant.
    private var missingStop: [Diagnostic] {
        let families = [
            (start: section.startCommand, stop: section.stopCommand),
            (start: section.startCommand6 ?? section.startCommand, stop: section.stopCommand6 ?? section.stopCommand),
        ]
        let open = families.first { !($0.start?.isEmpty ?? true) && $0.stop == nil }
        guard let start = open?.start else { return [] }
        return [
            start.diagnostic(
                .warning,
                "without a stop command, what this command opens stays open; write stop_command = COMMAND, or "
                    + "stop_command = with nothing behind it if that is meant")
        ]
    }
}
