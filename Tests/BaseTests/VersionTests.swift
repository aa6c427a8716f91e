import Base
import Foundation
import Testing

struct VersionTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../.."

    private func lines(of file: String) throws -> [Substring] {
        try String(contentsOfFile: "\(Self.root)/\(file)", encoding: .utf8).split(separator: "\n")
    }

    @Test func everyProgramPrintsItsNameAndTheVersion() {
        #expect(Version.line(of: "knock") == "knock (Postern) \(Version.number)")
    }

    @Test func theNewestSectionOfTheChangelogIsThisVersion() throws {
        let headings = try lines(of: "CHANGELOG.md").filter { $0.hasPrefix("## ") }
        let newest = try #require(headings.first)
        #expect(newest.hasSuffix(" \(Version.number)"))
    }

    @Test func everyManualPageNamesThisVersion() throws {
        let pages = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/docs/man")
        #expect(pages.count == 4)
        for page in pages {
            let system = try lines(of: "docs/man/\(page)").filter { $0.hasPrefix(".Os") }
            #expect(system == [".Os Postern \(Version.number)"], "\(page)")
        }
    }
}
