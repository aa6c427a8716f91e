import Foundation

/// One case of the corpus: a configuration, what happens, and what came of it. Tests/Conformance/README.md has the format.
struct ConformanceCase: Sendable {
    /// One step of a play.
    struct Step: Sendable {
        enum Action: Sendable {
            /// A line for `inject`, without its time.
            case frame(String)
            case signal(String)
            /// The configuration file gets the text of `config-2`.
            case newConfiguration
        }
        let seconds: Double
        let action: Action
    }

    /// A sentence.
    let name: String
    /// The lines of the file up to what was recorded.
    let input: [String]
    private(set) var configuration = ""
    private(set) var newConfiguration = ""
    /// What stands in @DIR@/once, a file of one-time sequences; nil where there is none.
    private(set) var oneTimeFile: String?
    private(set) var arguments: [String] = []
    private(set) var play: [Step] = []
    /// How long to watch after the last step, in seconds.
    private(set) var end = 0.5
    /// What docs/COMPATIBILITY.md says of knockd where we differ; nil where we do not.
    private(set) var differs: String?
    /// Why we do not do this yet; nil where we do.
    private(set) var pending: String?
    /// What Debian's knockd did.
    private(set) var knockd: [String] = []
    /// What we are to do where that differs.
    private(set) var postern: [String]?

    var expected: [String] { postern ?? knockd }

    /// - Parameter lines: from one `case:` to before the next.
    init(_ lines: [String]) throws {
        guard let first = lines.first, first.hasPrefix("case: ") else { throw HarnessError("no case: \(lines)") }
        name = String(first.dropFirst(6))
        input = Array(lines.prefix { $0 != "knockd:" && $0 != "postern:" })
        var section = ""
        for line in lines.dropFirst() where !line.isEmpty && !line.hasPrefix("#") {
            if line.hasPrefix("    ") {
                try take(String(line.dropFirst(4)), in: section)
            } else {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                section = parts[0]
                try begin(section, parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
            }
        }
    }

    private mutating func begin(_ section: String, _ value: String) throws {
        switch section {
        case "config", "config-2", "play", "knockd": return
        case "once": oneTimeFile = ""
        case "arguments": arguments = value.split(separator: " ").map(String.init)
        case "end": end = try number(value)
        case "differs": differs = value
        case "pending": pending = value
        case "postern": postern = []
        default: throw HarnessError("“\(name)”: no section is called \(section)")
        }
    }

    private mutating func take(_ line: String, in section: String) throws {
        let text =
            line.replacingOccurrences(of: "\\t", with: "\t").replacingOccurrences(of: "\\r", with: "\r") + "\n"
        switch section {
        case "config": configuration += text
        case "config-2": newConfiguration += text
        case "once": oneTimeFile = (oneTimeFile ?? "") + text
        case "play": play.append(try step(line))
        case "knockd": knockd.append(line)
        case "postern": postern?.append(line)
        default: throw HarnessError("“\(name)”: \(section) has no lines of its own")
        }
    }

    /// `SECONDS signal NAME`, `SECONDS config-2`, or `SECONDS SOURCE PORT [PROTOCOL [FLAGS]] [to=ADDRESS] [KEY=VALUE …]`.
    private func step(_ line: String) throws -> Step {
        var words = line.split(separator: " ").map(String.init)
        let seconds = try number(words.removeFirst())
        switch words.first {
        case "config-2": return Step(seconds: seconds, action: .newConfiguration)
        case "signal" where words.count == 2: return Step(seconds: seconds, action: .signal(words[1]))
        default: return Step(seconds: seconds, action: .frame(try frame(words)))
        }
    }

    private func frame(_ words: [String]) throws -> String {
        let plain = words.filter { !$0.contains("=") }
        guard (2...4).contains(plain.count) else { throw HarnessError("“\(name)”: no frame: \(words)") }
        let isIPv6 = plain[0].contains(":")
        let own = isIPv6 ? Site.serverAddress6 : Site.serverAddress
        let target = words.first { $0.hasPrefix("to=") }.map { String($0.dropFirst(3)) } ?? own
        let transport = plain.count > 2 ? plain[2] : "tcp"
        let flags = plain.count > 3 ? plain[3] : transport == "udp" ? "-" : "syn"
        let extras = words.filter { $0.contains("=") && !$0.hasPrefix("to=") }
        return ([plain[0], target, plain[1], transport, flags] + extras).joined(separator: " ")
    }

    private func number(_ text: String) throws -> Double {
        guard let number = Double(text) else { throw HarnessError("“\(name)”: no number: \(text)") }
        return number
    }

    /// The case as a file has it, with other outcomes.
    func text(knockd: [String], postern: [String]?) -> String {
        var lines = input
        while lines.last?.isEmpty ?? false { lines.removeLast() }
        lines += ["knockd:"] + knockd.map { "    " + $0 }
        if let postern { lines += ["postern:"] + postern.map { "    " + $0 } }
        return lines.joined(separator: "\n") + "\n"
    }
}
