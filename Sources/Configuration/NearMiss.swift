import Base

/// Finding the directive that somebody may have meant.
enum NearMiss {
    /// The directive whose name is nearest to a word that is none; nil where none is near.
    ///
    /// Case and what separates words do not count. Of two that are equally near, one that belongs into the section counts.
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

    /// Other words for the same things.
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

    private static func letters(of word: String) -> [UInt8] {
        word.lowercased().utf8.filter { (0x61...0x7A).contains($0) || Decimal.isDigit($0) || $0 >= 0x80 }
    }

    /// How many slips a word of this length may have.
    private static func allowed(_ length: Int) -> Int {
        length < 4 ? 0 : length < 6 ? 1 : 2
    }

    /// How many letters were left out, put in, exchanged or swapped with their neighbour.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var before: [Int] = []
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, second) in other.enumerated() {
                var best = min(last[column] + (letter == second ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == second {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, last) = (last, current)
        }
        return last[other.count]
    }
}
