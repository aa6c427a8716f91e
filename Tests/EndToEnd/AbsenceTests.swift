import Foundation
import Testing

/// An assert that words are absent proves nothing once no program says them any more.
@Suite struct AbsenceTests {
    private static var patterns: [Regex<(Substring, Substring)>] {
        [
            #/!(?:\w+(?:\(\d\))?\.)*(?:log|output|errors|everything)\.contains\("([^"\\]+)"\)/#,
            #/lines\(containing: "([^"\\]+)"\)(?:\.isEmpty| == \[\])/#,
        ]
    }

    /// What comes from the scenarios themselves: addresses, and a name of a host.
    private static func isOwn(_ words: Substring) -> Bool {
        words.hasPrefix("198.18.") || words == "client.example"
    }

    @Test func whatMustNotBeSaidCanBeSaid() throws {
        let said = try texts(below: "Sources").joined() + texts(below: "Config").joined()
        let scenarios = try texts(below: "Tests/EndToEnd/Scenarios")
        let absent = scenarios.flatMap { text in Self.patterns.flatMap { text.matches(of: $0).map(\.1) } }
        #expect(absent.count > 20, "they are found")
        for words in Set(absent) where !Self.isOwn(words) {
            #expect(said.contains(words), "no program says “\(words)”")
        }
    }

    private func texts(below folder: String) throws -> [String] {
        let files = FileManager.default.enumerator(atPath: "\(Host.root)/\(folder)")
        let names = (files?.allObjects ?? []).compactMap { $0 as? String }
        return names.map { Command.text(at: "\(Host.root)/\(folder)/\($0)") }
    }
}
