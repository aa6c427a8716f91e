import Foundation
import Glibc
import Linux
import TestSupport
import Testing

@testable import Configuration

/// Files that decide what root runs, and that others can change.
struct ConfigurationTrustTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["inner", "outer"] { try Files.makePrivateDirectory(directory.path(name)) }
        try write("include = inner/*.conf\n", to: "a.conf")
        try write("[d]\none_time_sequences = \(directory.path("outer/ots"))\n", to: "inner/1.conf")
        try write("[e]\nsequence = 2\n", to: "inner/2.conf")
        try write("2,1\n", to: "outer/ots")
    }

    private func write(_ text: String, to name: String) throws {
        let path = try directory.write(Array(text.utf8), to: name)
        #expect(unsafe chmod(path, 0o600) == 0)
    }

    private func diagnostics() throws -> [Diagnostic] {
        let path = directory.path("a.conf")
        let outcome = ConfigurationReader.read(try Files.read(path), file: path)
        #expect(outcome.diagnostics == [])
        return ConfigurationTrust.diagnostics(of: outcome)
    }

    @Test func whatOnlyRootAndThisUserCanChangeIsFine() throws {
        #expect(try diagnostics() == [])
    }

    @Test(arguments: ["a.conf", "inner", "inner/1.conf", "inner/2.conf", "outer", "outer/ots"])
    func everyFileAndDirectoryIsToldOnce(name: String) throws {
        let path = directory.path(name)
        #expect(unsafe chmod(path, 0o777) == 0)
        let found = try diagnostics()
        #expect(found.map(\.file) == [path])
        #expect(found.first?.severity == .error)
        #expect(found.first?.message.contains("run chmod go-w \(path)") == true)
    }

    @Test(.enabled(if: ThisProcess.isRoot), arguments: ["inner", "inner/1.conf", "outer/ots"])
    func whatAnotherUserOwnsIsAnErrorButForSequences(name: String) throws {
        #expect(unsafe chown(directory.path(name), 65534, 65534) == 0)
        let found = try diagnostics()
        #expect(found.map(\.file) == [directory.path(name)])
        #expect(found.first?.severity == (name.hasSuffix("ots") ? .warning : .error))
    }

    @Test func theWayToTheKeysCounts() throws {
        try write(
            "[options]\nKeyDirectory = \(directory.path("inner/keys"))\n[d]\nkeys = a\ncommand = true\n", to: "a.conf")
        #expect(try diagnostics() == [])
        #expect(unsafe chmod(directory.path("inner"), 0o707) == 0)
        #expect(try diagnostics().map(\.file) == [directory.path("inner")])
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func aDoubtHidesNoError() throws {
        let outer = directory.path("outer")
        try write(
            "[options]\nKeyDirectory = \(outer)/keys\n[d]\none_time_sequences = \(outer)/ots\n[k]\nkeys = a\n"
                + "command = true\n", to: "a.conf")
        #expect(unsafe chown(outer, 65534, 65534) == 0)
        let found = try diagnostics()
        #expect(found.map(\.file) == [outer, outer])
        #expect(found.map(\.severity) == [.warning, .error])
    }
}
