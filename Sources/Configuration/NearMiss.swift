import Base

/// Finds the directive, heading or word that a misspelled one may stand for.
enum NearMiss {
    /// The directive nearest to an unknown word; nil if none is near.
    ///
    /// Ignores case and the separators between words. Of two that are equally near, prefers one that is valid in this
    /// section.
    static func directive(for word: String, inOptions: Bool) -> Directive? {
        let written = letters(of: word)
        guard written.count > 1, written.count <= 40 else { return nil }
        if let synonym = synonyms[String(decoding: written, as: UTF8.self)] { return synonym }
        let ordered =
            Directive.allCases.filter { $0.belongs(inOptions: inOptions) }
            + Directive.allCases.filter { !$0.belongs(inOptions: inOptions) }
        let near = ordered.compactMap { directive -> (directive: Directive, distance: Int)? in
            let name = letters(of: directive.rawValue)
            let distance = distance(written, name)
            return distance <= allowed(min(written.count, name.count)) ? (directive, distance) : nil
        }
        return near.min { $0.distance < $1.distance }?.directive
    }

    /// Other words for our directives.
    private static let synonyms: [String: Directive] = [
        "seq": .sequence, "port": .sequence, "ports": .sequence, "knock": .sequence, "knocks": .sequence,
        "portsequence": .sequence,
        "iface": .interface, "if": .interface, "dev": .interface, "device": .interface, "nic": .interface,
        "log": .logFile, "logto": .logFile, "syslog": .useSyslog, "pid": .pidFile, "flags": .tcpFlags,
        "open": .startCommand, "opencommand": .startCommand, "start": .startCommand, "onopen": .startCommand,
        "opencmd": .startCommand, "startcmd": .startCommand, "cmd": .command, "stop": .stopCommand,
        "close": .stopCommand, "closecommand": .stopCommand, "onclose": .stopCommand, "closecmd": .stopCommand,
        "stopcmd": .stopCommand, "knocktimeout": .sequenceTimeout, "sequencetimeout": .sequenceTimeout,
        "commandtimeout": .commandTimeout, "opentimeout": .commandTimeout, "opentime": .commandTimeout,
        "duration": .commandTimeout, "onetimesequencefile": .oneTimeSequences,
    ]

    /// The known word nearest to an unknown one; nil if none is near, or if two are equally near.
    static func word(for word: String, among known: [String]) -> String? {
        let meaning = switches.first { $0.contains(word) }
        if let found = known.first(where: { meaning?.contains($0) ?? false }) { return found }
        let written = letters(of: word)
        guard written.count > 1, written.count <= 40 else { return nil }
        let near = known.filter { distance(written, letters(of: $0)) == 1 }
        return near.count == 1 ? near[0] : nil
    }

    /// Words for on, and for off.
    private static let switches: [Set<String>] = [
        ["yes", "on", "true", "y", "1", "enable", "enabled"],
        ["no", "off", "false", "n", "0", "disable", "disabled"],
    ]

    /// Whether a heading is probably meant as `[options]`.
    static func isOptions(_ heading: String) -> Bool {
        let written = letters(of: heading).filter { !Decimal.isDigit($0) }
        return distance(written, Array("options".utf8)) <= 1
    }

    private static func letters(of word: String) -> [UInt8] {
        word.lowercased().utf8.filter { (0x61...0x7A).contains($0) || Decimal.isDigit($0) || $0 >= 0x80 }
    }

    private static func allowed(_ length: Int) -> Int { Spelling.allowed(length) }

    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int { Spelling.distance(one, other) }
}
