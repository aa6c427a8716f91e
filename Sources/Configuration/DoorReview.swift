import Knocks
import Packets

/// Finds warnings about one door that has no errors.
struct DoorReview {
    let section: DoorSection
    let options: Configuration.Options
    /// Whether all that its knock does is to close something.
    let onlyCloses: Bool

    /// Warnings, in no order.
    var diagnostics: [Diagnostic] {
        flags + strictFlags + time + sequence + window + wideWindow + signed
    }

    private var classic: SequenceDoorSection { section.classic }

    private var isStrict: Bool { classic.isStrict ?? options.strictSequence }

    /// All sequences that open the door at the same time.
    private var sequences: [KnockSequence] {
        classic.openers.map(\.sequence)
    }

    /// Warnings about the door's sequences. Equal warnings are given once, with the numbers of their lines in a
    /// one-time file.
    private func judgeEach(_ judge: (KnockSequence) -> String?) -> [Diagnostic] {
        guard let field = classic.knocks?.field else { return [] }
        if classic.oneTime.lines.isEmpty { return sequences.compactMap(judge).map { field.diagnostic(.warning, $0) } }
        var lines: [(message: String, numbers: [Int])] = []
        for line in classic.oneTime.lines {
            guard let message = judge(line.sequence) else { continue }
            if let index = lines.firstIndex(where: { $0.message == message }) {
                lines[index].numbers.append(line.number)
            } else {
                lines.append((message, [line.number]))
            }
        }
        return lines.map { message, numbers in
            let list = numbers.map(String.init).joined(separator: ", ")
            return field.diagnostic(
                .warning, "\(numbers.count == 1 ? "line" : "lines") \(list) of this file: \(message)")
        }
    }

    /// Segments without SYN occur in every open connection, and scanners send them on purpose. No client sends segments
    /// with SYN and other flags.
    private var flags: [Diagnostic] {
        guard let field = classic.flagField, classic.flagRule.required.contains(.syn),
            !classic.flagRule.admitsConnectionAttempts,
            sequences.contains(where: { $0.knocks.contains { $0.transport == .tcp } })
        else { return [] }
        return [
            field.diagnostic(
                .warning,
                "no connection attempt carries these flags (they carry syn alone), so ordinary clients cannot "
                    + "open this door; write tcpflags = syn")
        ]
    }

    /// At a strict door only connection attempts and datagrams are wrong packets, and a scan with other segments
    /// contains none of them.
    private var strictFlags: [Diagnostic] {
        guard isStrict, !onlyCloses, let field = classic.flagField, !classic.flagRule.admitsConnectionAttempts,
            sequences.contains(where: { $0.count > 1 && $0.knocks.allSatisfy { $0.transport == .tcp } })
        else { return [] }
        return [
            field.diagnostic(
                .warning,
                "a port scan with these flags opens this strict door, since only connection attempts and datagrams are "
                    + "wrong packets; write tcpflags = syn")
        ]
    }

    private var time: [Diagnostic] {
        guard classic.timeout == 0, let field = classic.timeoutField,
            sequences.contains(where: { $0.count > 1 })
        else { return [] }
        return [
            field.diagnostic(
                .warning, "seq_timeout = 0 leaves no time to knock: this door never opens; write 1 or more")
        ]
    }

    private var sequence: [Diagnostic] {
        judgeEach { sequence in
            // A door that only closes something harms only its own client.
            if sequence.count == 1 || onlyCloses { return nil }
            if isStrict { return strictSequence(sequence) }
            guard isScanned(sequence) else { return nil }
            // A scan that retries unanswered ports meets a port twice, so equal neighbours do not help.
            let ports = sequence.knocks.map(\.port)
            guard zip(ports, ports.dropFirst()).allSatisfy({ $0 <= $1 }) else { return nil }
            return "a port scan that ascends opens this door; write strict_sequence = yes, or ports in another order"
        }
    }

    /// A warning if a scan can open this strict door, because few enough wrong packets come between its knocks.
    private func strictSequence(_ sequence: KnockSequence) -> String? {
        let knocks = sequence.knocks
        let least = SequenceDoor.tolerance(knocks: knocks.count, hasRivals: classic.oneTime.lines.count > 1) + 2
        let ports = knocks.map { Int($0.port) }
        if zip(ports, ports.dropFirst()).allSatisfy({ abs($0 - $1) < least }) {
            return "a port scan opens this strict door, its ports are too near to each other; write one that is "
                + "\(least) or more from the one before it"
        }
        guard knocks.allSatisfy({ $0.transport == .tcp && Self.scannedFirst.contains($0.port) }) else { return nil }
        return "port scanners try these ports first, and so may open this strict door; write others"
    }

    /// nmap moves these TCP ports to the beginning of its random order (random_port_cheat, portlist.cc).
    private static let scannedFirst: Set<UInt16> = [
        21, 22, 23, 25, 53, 80, 110, 111, 113, 135, 139, 143, 199, 256, 443, 445, 554, 587, 993, 995, 1025, 1720, 1723,
        3306, 3389, 5900, 8080, 8888,
    ]

    private var window: [Diagnostic] {
        guard classic.oneTime.file == nil, let field = classic.oneTime.window?.field else { return [] }
        return [
            field.diagnostic(
                .warning,
                "this is for one-time sequences, and this door has none; write one_time_sequences = FILE, or "
                    + "leave it out")
        ]
    }

    /// Each valid sequence gives a scan one more chance; THREATS.md states the odds for eight.
    private var wideWindow: [Diagnostic] {
        guard isStrict, !onlyCloses, classic.oneTime.file != nil, let window = classic.oneTime.window,
            window.value > ConfigurationLimits.oneTimeWindow
        else { return [] }
        return [
            window.field.diagnostic(
                .warning,
                "with so many sequences at once, port scans are more likely to open this strict door by chance; write "
                    + "\(ConfigurationLimits.oneTimeWindow) or less")
        ]
    }

    /// A warning about a door of one knock. If several doors have one, that is intended, or all have the same fault.
    var oneKnock: Diagnostic? {
        judgeEach { sequence in
            guard sequence.count == 1, isScanned(sequence) else { return nil }
            return
                "any port scan opens a door of one knock; write more, such as 3, or # check: ok above this line if that "
                + "is meant"
        }.first
    }

    /// Whether a port scan can do harm. A scan visits the ports of one transport protocol one after the other, for TCP
    /// with SYN alone. A door that only closes something harms only its own client.
    private func isScanned(_ sequence: KnockSequence) -> Bool {
        let transports = Set(sequence.knocks.map(\.transport))
        return transports.count == 1 && !onlyCloses
            && (transports == [.udp] || classic.flagRule.admitsConnectionAttempts)
    }

    private var signed: [Diagnostic] {
        let section = section.signed
        let twice = section.repeated.map {
            $0.field.diagnostic(.warning, "key \($0.name) is listed twice; remove one of them")
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
                "cmd_timeout is longer (\(section.openFor / 1000) s), and a knock that names no time gets it; "
                    + "write max_seconds = \(section.openFor / 1000) or more")
        ]
    }
}
