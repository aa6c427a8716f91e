import Base
import Foundation
import Keys
import Linux
import TestSupport
import Testing

@testable import Configuration

struct KeyDirectoryTests {
    private let outer: TemporaryDirectory
    private let path: String

    init() throws {
        outer = try TemporaryDirectory()
        path = try outer.makePrivate("keys")
    }

    private func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

    private func key(_ text: String, secrets: UInt8..., server: String = "gw.example.org") throws -> Key {
        let server = try name(server)
        let generations = try secrets.enumerated().map { place, byte in
            var bytes = byte == 0 ? ExampleKey.secret.copy() : [UInt8](repeating: byte, count: 32)
            let secret = SecretBytes(taking: &bytes)
            return KeyGeneration(
                number: place + 1, id: try GenerationID(of: secret, server: server), secret: secret, created: 0,
                state: .active)
        }
        return Key(name: try name(text), server: server, generations: generations)
    }

    @discardableResult
    private func write(_ key: Key, to file: String? = nil, mode: UInt32 = 0o600) throws -> String {
        try write(KeyFile.text(of: key), to: file ?? "\(key.name).key", mode: mode)
    }

    @discardableResult
    private func write(_ bytes: [UInt8], to file: String, mode: UInt32 = 0o600) throws -> String {
        let path = try outer.write(bytes, to: "keys/\(file)")
        #expect(unsafe chmod(path, mode) == 0)
        return path
    }

    private func names(_ directory: KeyDirectory) -> [String] { directory.entries.map(\.key.name.description) }
    private func refused(_ directory: KeyDirectory) -> [String] { directory.refused.map(\.description).sorted() }

    // MARK: Good ones

    @Test func keysAreReadByTheirNames() throws {
        let keys = [try key("b", secrets: 1, 2), try key("a", secrets: 3), try key("0..", secrets: 4)]
        for key in keys { try write(key) }
        for name in [".ledger", "README", "a.key~", ".knockctl-1"] { try write([1], to: name, mode: 0o644) }
        let directory = KeyDirectory.read(path)
        #expect(directory.diagnostics == [])
        #expect(directory.isUsable)
        #expect(directory.entries.map(\.key) == [keys[2], keys[1], keys[0]])
        #expect(directory.entries.map(\.file) == ["0...key", "a.key", "b.key"].map { "\(path)/\($0)" })
        #expect(directory.serverName == (try name("gw.example.org")))
        #expect(directory.refused.isEmpty)
    }

    @Test func anEmptyOneIsGood() {
        let directory = KeyDirectory.read(path)
        #expect(directory.isUsable)
        #expect(directory.diagnostics == [])
        #expect(directory.serverName == nil)
    }

    // MARK: One bad file

    @Test func aBadFileSpoilsItselfOnly() throws {
        try write(key("good", secrets: 1))
        try write([], to: "empty.key")
        try write(key("loose", secrets: 2), mode: 0o640)
        try write([UInt8](repeating: 0x23, count: KeysLimits.fileBytes + 1), to: "large.key")
        try write(Array("[key]\nname = x\nname = y\n".utf8), to: "broken.key")
        try write([0xFF, 0x00, 0x1B], to: "garbage.key")
        try FileManager.default.createSymbolicLink(atPath: "\(path)/link.key", withDestinationPath: "good.key")
        #expect(unsafe mkfifo("\(path)/pipe.key", 0o600) == 0)
        try PrivateDirectory.make("\(path)/folder.key")
        let directory = KeyDirectory.read(path)
        #expect(names(directory) == ["good"])
        #expect(
            refused(directory) == ["broken", "empty", "folder", "garbage", "large", "link", "loose", "pipe"])
        for name in refused(directory) {
            #expect(directory.diagnostics.contains { $0.file == "\(path)/\(name).key" }, "\(name)")
        }
        let loose = directory.diagnostics.first { $0.file.hasSuffix("loose.key") }
        #expect(
            loose?.description == "\(path)/loose.key: warning: others than the owner can use it (mode 640); "
                + "run chmod 600 \(path)/loose.key")
        let broken = directory.diagnostics.first { $0.file.hasSuffix("broken.key") && $0.line == 3 }
        #expect(
            broken?.description
                == "\(path)/broken.key:3:1: warning: 'name' stands twice in this section; leave one of them")
    }

    @Test(arguments: ["x y.key", "LAPTOP.key", ".key", "laptop.old.key"])
    func aFileIsNamedAfterItsKey(file: String) throws {
        try write(key("laptop", secrets: 1), to: file)
        let directory = KeyDirectory.read(path)
        #expect(directory.entries.isEmpty)
        #expect(
            directory.diagnostics.map(\.message) == [
                "the name of the file differs from that of its key, laptop; run mv -n "
                    + "\(ShellWord.quoted("\(path)/\(file)")) \(path)/laptop.key"
            ])
    }

    @Test func theExampleKeyIsRefusedUnderAnyName() throws {
        try write(key("mine", secrets: 0))
        #expect(
            KeyDirectory.read(path).diagnostics.map(\.message) == [
                "this is the published example key, which everybody has; run rm \(path)/mine.key"
            ])
        #expect(names(KeyDirectory.read(path, allowExample: true)) == ["mine"])
    }

    @Test func forACheckTheyAreErrors() throws {
        try write([], to: "empty.key")
        #expect(KeyDirectory.read(path, severity: .error).diagnostics.allSatisfy { $0.severity == .error })
        #expect(KeyDirectory.read(path).diagnostics.allSatisfy { $0.severity == .warning })
    }

    // MARK: A bad directory

    @Test func aBadDirectorySpoilsAll() throws {
        try write(key("good", secrets: 1))
        #expect(unsafe chmod(path, 0o750) == 0)
        let directory = KeyDirectory.read(path)
        #expect(!directory.isUsable)
        #expect(directory.entries.isEmpty)
        #expect(
            directory.diagnostics.map(\.description) == [
                "\(path): warning: others than the owner can use it (mode 750); run chmod 700 \(path)"
            ])
    }

    @Test func aMissingOneAndALinkAreTold() throws {
        let missing = KeyDirectory.read(outer.path("no keys"))
        #expect(!missing.isUsable)
        #expect(
            missing.diagnostics.map(\.message) == [
                "there is no such directory; run mkdir -p -m 700 '\(outer.path("no keys"))'"
            ])
        try FileManager.default.createSymbolicLink(atPath: outer.path("link"), withDestinationPath: path)
        #expect(KeyDirectory.read(outer.path("link") + "/").isUsable == false)
    }

    // MARK: Keys that do not go together

    @Test func ofTwoFilesWithOneGenerationNeitherIsUsed() throws {
        try write(key("a", secrets: 1, 2))
        try write(key("b", secrets: 3, 1))
        try write(key("c", secrets: 4))
        let directory = KeyDirectory.read(path)
        #expect(names(directory) == ["c"])
        #expect(refused(directory) == ["a", "b"])
        #expect(directory.diagnostics.map(\.file) == ["a", "b"].map { "\(path)/\($0).key" })
    }

    @Test(arguments: [("a", ["a", "c"]), ("b", ["b", "c"]), ("c", ["c"]), ("gone", ["c"])])
    func theOneThatIsInUseStays(user: String, used: [String]) throws {
        for name in ["a", "b"] { try write(key(name, secrets: 1)) }
        try write(key("c", secrets: 4))
        let id = try key("a", secrets: 1).generations[0].id
        #expect(names(KeyDirectory.read(path, preferring: [id: try name(user)])) == used)
    }

    @Test func aRenamedKeyIsNoCopy() throws {
        try write(key("new", secrets: 1))
        let id = try key("old", secrets: 1).generations[0].id
        #expect(names(KeyDirectory.read(path, preferring: [id: try name("old")])) == ["new"])
    }

    @Test func keysForOtherServersAreNotUsed() throws {
        try write(key("a", secrets: 1))
        try write(key("b", secrets: 2, server: "other"))
        let given = KeyDirectory.read(path, serverName: try name("other"))
        #expect(names(given) == ["b"])
        #expect(refused(given) == ["a"])
        #expect(given.diagnostics.count == 1)
        let open = KeyDirectory.read(path)
        #expect(open.entries.isEmpty)
        #expect(refused(open) == ["a", "b"])
        #expect(open.diagnostics.allSatisfy { $0.message.contains("write ServerName = ") })
        #expect(names(KeyDirectory.read(path, anyServer: true)) == ["a", "b"])
    }

    @Test func oneSecretForTwoServersIsTwoKeys() throws {
        try write(key("a", secrets: 1))
        try write(key("b", secrets: 1, server: "other"))
        #expect(names(KeyDirectory.read(path, anyServer: true)) == ["a", "b"])
    }

    // MARK: Many

    @Test func thereIsACapAndItIsTold() throws {
        let text = KeyFile.text(of: try key("k", secrets: 1))
        let directory = try PrivateDirectory(path)
        for number in 0..<(ConfigurationLimits.keyFiles + 2) {
            let file = try Descriptor.open(directory.path("k\(100_000 + number).key"), O_WRONLY | O_CREAT)
            try file.write(number == 0 ? text : [])
        }
        let read = KeyDirectory.read(path)
        #expect(read.diagnostics.first?.message.hasPrefix("there are 10002 keys, and only 10000 are used") == true)
        #expect(read.refused.count == ConfigurationLimits.keyFiles + 2)
    }
}
