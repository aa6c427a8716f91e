import Doors
import Foundation
import Knocks
import Linux
import Testing

@testable import Configuration

/// Config/knockd.conf, which is installed, and its manual.
struct ShippedTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../.."

    private func text(of name: String = "Config/knockd.conf") throws -> String {
        String(decoding: try Files.read("\(Self.root)/\(name)"), as: UTF8.self)
    }

    @Test func nothingOpensBeforeItIsEdited() throws {
        let configuration = try configuration(text())
        #expect(configuration.doors.isEmpty)
        #expect(configuration.options.useSyslog)
        #expect(configuration.options.interfaces == [])
    }

    /// What a file says whose author has taken the first `#` off every line that has one at its beginning and is no prose.
    private func edited(keyDirectory: String = "/nowhere") throws -> String {
        try text().split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("#\t") || line.hasPrefix("#[") ? line.dropFirst() : line
        }.joined(separator: "\n").replacingOccurrences(of: "/etc/knockd.d", with: "/nowhere")
            .replacingOccurrences(of: "/etc/knockd/keys", with: keyDirectory)
    }

    @Test func allOfItIsGoodWithoutTheComments() throws {
        let configuration = try configuration(edited())
        #expect(configuration.doors.map(\.identity.name) == ["openSSH", "ssh"])
        #expect(configuration.doors.first?.sequence?.sequence.count == 3)
        #expect(configuration.options.interfaces == ["eth0"])
        #expect(configuration.options.strictSequence)
        let keys = try KeyFiles("laptop", "phone")
        #expect(try review(edited(keyDirectory: keys.path)) == [], "its own advice is followed")
        #expect(configuration.takesSignedKnocks)
    }

    @Test func everyDirectiveIsInIt() throws {
        let aliases: [Directive] = [.timeout, .command, .command6]
        let text = try text().lowercased()
        for directive in Directive.allCases where !aliases.contains(directive) {
            #expect(text.contains("\t\(directive.rawValue)") || text.contains("# \(directive.rawValue)"))
        }
    }

    @Test func everyDirectiveIsInTheManual() throws {
        let lines = try text(of: "docs/man/knockd.conf.5").split(separator: "\n")
        for directive in Directive.allCases {
            let entry = ".It Cm \(directive.rawValue)"
            #expect(lines.contains { $0 == entry || $0.hasPrefix(entry + " ") }, "\(directive.rawValue)")
        }
    }

    @Test(arguments: [
        "Config/knockd.conf", "docs/PROTOCOL.md", "docs/man/knock.1", "docs/man/knockd.8", "docs/man/knockd.conf.5",
    ])
    func thePortOfSignedKnocksIsTheOneThatTheTextsName(file: String) throws {
        #expect(try text(of: file).contains("\(Configuration.Options().signedPort)"))
    }

    @Test func theManualsExamplesAreGood() throws {
        let blocks = try text(of: "docs/man/knockd.conf.5").components(separatedBy: ".Bd -literal -offset indent\n")
            .dropFirst().compactMap { $0.components(separatedBy: ".Ed\n").first }
        try #require(blocks.count == 4)
        for block in blocks.prefix(2) { #expect(review(block) == []) }
        #expect(blocks.prefix(2).compactMap { try? configuration($0).doors.count } == [1, 2])
        let keys = try KeyFiles("laptop", "phone")
        #expect(review("[options]\nKeyDirectory = \(keys.path)\n" + blocks[3]) == [])
    }
}
