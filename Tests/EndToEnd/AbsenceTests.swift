import Foundation
import Testing

/// An assert that words are absent proves nothing once no program says them any more. Most tests take such words from the
/// events themselves (`LogWords`); the literals that are left stand in the programs.
@Suite struct AbsenceTests {
    private static var patterns: [Regex<(Substring, Substring)>] {
        [
            #/!(?:\w+(?:\(\d\))?\.)*(?:log|output|errors|everything)\.contains\("([^"\\]+)"\)/#,
            #/lines\(containing: "([^"\\]+)"\)(?:\.isEmpty| == \[\])/#,
        ]
    }

    /// A literal of `LogWords`: no event says it.
    private static var fixedPattern: Regex<(Substring, Substring)> { #/\n    static let \w+ = "([^"\\]+)"/# }

    /// What comes from the scenarios themselves: addresses, and a name of a host.
    private static func isOwn(_ words: Substring) -> Bool {
        words.hasPrefix("198.18.") || words == "client.example"
    }

    @Test func whatMustNotBeSaidCanBeSaid() throws {
        let said = try texts(below: "Sources").joined() + texts(below: "Config").joined()
        let scenarios = try texts(below: "Tests/EndToEnd/Scenarios")
        let absent = scenarios.flatMap { text in Self.patterns.flatMap { text.matches(of: $0).map(\.1) } }
        let harness = "\(Host.root)/Tests/EndToEnd/Harness"
        let fixed = Command.text(at: "\(harness)/LogWords.swift").matches(of: Self.fixedPattern)
        #expect(absent.count > 10 && fixed.count > 2, "they are found")
        for words in Set(absent + fixed.map(\.1)) where !Self.isOwn(words) {
            #expect(said.contains(words), "no program says “\(words)”")
        }
    }

    private func texts(below folder: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: "\(Host.root)/\(folder)")
        let names = (files?.allObjects ?? []).compactMap { $0 as? String }
        return names.map { Command.text(at: "\(Host.root)/\(folder)/\($0)") }
    }
}
