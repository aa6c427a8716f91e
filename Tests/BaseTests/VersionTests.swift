import Base
import Foundation
import Testing

struct VersionTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../.."

    @Test func everyProgramPrintsItsNameAndTheVersion() {
        #expect(Version.line(of: "knock") == "knock (Postern) \(Version.number)")
    }

    @Test func theChangelogHasThisVersion() throws {
        let text = try String(contentsOfFile: "\(Self.root)/CHANGELOG.md", encoding: .utf8)
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        #expect(headings.contains { $0.hasSuffix(" \(Version.number)") })
    }
}
