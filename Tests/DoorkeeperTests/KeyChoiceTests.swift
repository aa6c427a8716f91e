import Configuration
import Foundation
import Keys
import Linux
import TestSupport
import Testing

@testable import Doorkeeper

/// What stays in force when files are read anew, and what the next start would say of it.
struct KeyChoiceTests {
    private let outer: TemporaryDirectory
    private let path: String

    init() throws {
        outer = try TemporaryDirectory()
        path = try outer.makePrivate("keys")
    }

    private func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

    private func write(_ text: String, secret byte: UInt8, server: String = "gw") throws {
        let server = try name(server)
        var bytes = [UInt8](repeating: byte, count: 32)
        let secret = SecretBytes(taking: &bytes)
        let generation = KeyGeneration(
            number: 1, id: try GenerationID(of: secret, server: server), secret: secret, created: 0, state: .active)
        let key = Key(name: try name(text), server: server, generations: [generation])
        let file = try outer.write(KeyFile.text(of: key), to: "keys/\(text).key")
        chmod(file, 0o600)
    }

    private func chmod(_ file: String, _ mode: mode_t) { #expect(unsafe Foundation.chmod(file, mode) == 0) }

    /// Reads the directory as a daemon does that has these keys in force, and puts what follows in force.
    private func read(_ ring: inout Keyring, serverName: String? = nil) throws -> KeyChoice {
        let server = try serverName.map(name)
        let found = KeyDirectory.read(path, serverName: server, preferring: ring.idsInUse)
        let choice = KeyChoice(found, server, known: ring)
        try ring.take(choice.keys, keeping: choice.kept)
        // Another daemon, which has no keys yet.
        let next = KeyChoice(KeyDirectory.read(path, serverName: server), server, known: Keyring())
        #expect(next.fromMemory.isEmpty)
        #expect(choice.fromMemory == ring.names.subtracting(next.keys.map(\.name)), "what a restart would not have")
        return choice
    }

    private func twoKeys() throws -> Keyring {
        try write("laptop", secret: 1)
        try write("phone", secret: 2)
        var ring = Keyring()
        #expect(try read(&ring).words == nil)
        #expect(ring.names.count == 2)
        return ring
    }

    @Test func aBrokenFileLeavesItsKeyInForceFromMemoryOnly() throws {
        var ring = try twoKeys()
        chmod("\(path)/phone.key", 0o644)
        #expect(try read(&ring).words == "in force from memory only, and refused at the next start: phone")
        #expect(ring.names.count == 2)
        chmod("\(path)/phone.key", 0o600)
        #expect(try read(&ring).words == nil)
    }

    @Test func aRemovedFileIsRemovedWhateverTheDirectorysMode() throws {
        var ring = try twoKeys()
        chmod(path, 0o755)
        #expect(try read(&ring).fromMemory == [name("laptop"), name("phone")])
        try FileManager.default.removeItem(atPath: "\(path)/phone.key")
        #expect(try read(&ring).fromMemory == [name("laptop")])
        #expect(ring.names == [try name("laptop")])
        try FileManager.default.removeItem(atPath: path)
        #expect(try read(&ring).fromMemory == [])
        #expect(ring.keyCount == 0)
    }

    @Test func anotherServersNameDropsTheKeysOfTheFormer() throws {
        var ring = try twoKeys()
        try write("tablet", secret: 3, server: "other")
        // One that is broken has been for the former server too.
        chmod("\(path)/phone.key", 0o644)
        let choice = try read(&ring, serverName: "other")
        #expect(ring.names == [try name("tablet")])
        #expect(choice.words == nil)
    }

    @Test func anotherServersNameDropsThemThoughTheDirectoryCannotBeUsed() throws {
        var ring = try twoKeys()
        chmod(path, 0o755)
        _ = try read(&ring, serverName: "other")
        #expect(ring.keyCount == 0)
    }

    @Test func keysForSeveralServersStayAsTheyWereFromMemoryOnly() throws {
        var ring = try twoKeys()
        try write("tablet", secret: 3, server: "other")
        #expect(try read(&ring).fromMemory == [name("laptop"), name("phone")])
        #expect(ring.names.count == 2)
    }

    /// The copy is refused now; the next start cannot tell which is the copy.
    @Test func aKeyWhoseSecretLiesInASecondFileIsInForceFromMemoryOnly() throws {
        var ring = try twoKeys()
        try write("copy", secret: 1)
        #expect(try read(&ring).fromMemory == [name("laptop")])
        #expect(ring.names == [try name("laptop"), try name("phone")])
    }

    @Test func ofManyKeysTheFirstAreNamed() throws {
        var ring = Keyring()
        for number in 1...10 as ClosedRange<UInt8> { try write("k\(10 + number)", secret: number) }
        _ = try read(&ring)
        chmod(path, 0o750)
        let names = (11...18).map { "k\($0)" }.joined(separator: ", ")
        #expect(try read(&ring).words?.hasSuffix(": \(names) and 2 more") == true)
    }
}
