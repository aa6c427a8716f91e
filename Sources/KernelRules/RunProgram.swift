package import Base
package import Doors

/// A program that a command line runs, without its wrappers: `sudo`, `nohup`, `sh -c '…'`, `if`, `NAME=value`.
struct RunProgram: Equatable {
    /// Its name without the directory.
    let name: String
    let arguments: [ShellLine.Word]
    /// Whether the shell does not wait for it.
    let isInBackground: Bool

    /// All programs that a line may run, in order, including those under a condition.
    static func all(in line: String) -> [RunProgram] {
        all(in: line, isInBackground: false, depth: 0)
    }

    private static func all(in line: String, isInBackground: Bool, depth: Int) -> [RunProgram] {
        if depth > deepest { return [] }
        return ShellLine(line).commands.flatMap { command in
            programs(
                command.words[...], isInBackground: isInBackground || command.isInBackground, depth: depth)
        }
    }

    private static func programs(
        _ words: ArraySlice<ShellLine.Word>, isInBackground: Bool, depth: Int
    ) -> [RunProgram] {
        var words = words
        while let word = words.popFirst() {
            if shellWords.contains(word.raw) || isAssignment(word.text) { continue }
            let name = word.text.split(separator: "/").last.map(String.init) ?? word.text
            if let wrapper = wrappers[name] {
                wrapper.skip(in: &words)
                continue
            }
            if shells.contains(name), let flag = words.firstIndex(where: { $0.text == "-c" }), flag + 1 < words.endIndex
            {
                return all(in: words[flag + 1].text, isInBackground: isInBackground, depth: depth + 1)
            }
            return [RunProgram(name: name, arguments: Array(words), isInBackground: isInBackground)]
        }
        return []
    }

    private static func isAssignment(_ word: String) -> Bool {
        guard let sign = word.firstIndex(of: "="), sign != word.startIndex else { return false }
        return word[..<sign].utf8.allSatisfy { byte in
            switch UnicodeScalar(byte) {
            case "a"..."z", "A"..."Z", "0"..."9", "_": true
            default: false
            }
        }
    }

    /// The deepest nesting of shells that is read.
    private static let deepest = 4
    private static let shells: Set<String> = ["sh", "bash", "dash", "ash", "ksh", "zsh"]
    private static let shellWords: Set<String> = ["if", "then", "elif", "else", "while", "until", "do", "!"]

    /// A program that runs the program named by its arguments.
    private struct Wrapper {
        /// Options that take the next word as their value.
        var valued: Set<String> = []
        /// The number of words between the options and the program.
        var ownWords = 0

        func skip(in words: inout ArraySlice<ShellLine.Word>) {
            while let word = words.first, word.text.hasPrefix("-") {
                words.removeFirst()
                if valued.contains(word.text) { _ = words.popFirst() }
            }
            words = words.dropFirst(ownWords)
        }
    }

    private static let wrappers: [String: Wrapper] = [
        "sudo": Wrapper(valued: ["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U"]),
        "doas": Wrapper(valued: ["-u", "-C"]),
        "nohup": Wrapper(), "exec": Wrapper(), "command": Wrapper(), "time": Wrapper(),
        "env": Wrapper(valued: ["-u", "-C"]),
        "nice": Wrapper(valued: ["-n"]), "ionice": Wrapper(valued: ["-c", "-n"]), "setsid": Wrapper(),
        "busybox": Wrapper(), ".": Wrapper(), "source": Wrapper(), "python": Wrapper(), "python3": Wrapper(),
        "perl": Wrapper(), "ruby": Wrapper(), "php": Wrapper(), "node": Wrapper(),
        "timeout": Wrapper(valued: ["-k", "-s"], ownWords: 1),
    ]
}

extension ActionTemplate {
    /// Whether the words show that the command changes a firewall and nothing else, so that two commands with the same
    /// words have the same effect.
    package var onlyChangesFirewall: Bool {
        let names = RunProgram.all(in: text).map(\.name)
        return !text.contains("KNOCK_") && names.contains(where: Self.firewallPrograms.contains)
            && names.allSatisfy { Self.firewallPrograms.contains($0) || QuietProgram.names.contains($0) }
    }

    private static let firewallPrograms: Set<String> = [
        "iptables", "iptables-nft", "iptables-legacy", "ip6tables", "ip6tables-nft", "ip6tables-legacy", "nft", "ufw",
        "firewall-cmd", "ipset", "csf",
    ]

    /// The time that the command sleeps before it ends, for a door that is open for `openFor`: the sum of its `sleep`s.
    /// Sleeps in the background do not count.
    package func sleepTime(openFor: Milliseconds) -> Milliseconds {
        RunProgram.all(in: text).filter { $0.name == "sleep" && !$0.isInBackground }
            .reduce(0) { sum, program in
                program.arguments.reduce(sum) {
                    let (total, isTooMuch) = $0.addingReportingOverflow(Self.time($1.raw, openFor: openFor))
                    return isTooMuch ? .max : total
                }
            }
    }

    /// Reads a time as `sleep` does: `10`, `0.5`, `2m`, `infinity`; zero if it cannot be read.
    private static func time(_ word: String, openFor: Milliseconds) -> Milliseconds {
        let word = word.filter { !"\"'".contains($0) }
        if ["%SECONDS%", "$KNOCK_SECONDS", "${KNOCK_SECONDS}"].contains(word) { return openFor }
        if word == "infinity" { return .max }
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = word.last.flatMap { units[$0] }
        guard let number = Double(unit == nil ? word : String(word.dropLast())), number >= 0, number < 1e9 else {
            return 0
        }
        return Milliseconds(number * (unit ?? 1) * 1000)
    }
}
