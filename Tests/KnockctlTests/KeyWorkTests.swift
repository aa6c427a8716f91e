import Configuration
import Foundation
import Keys
import Ledger
import Linux
import TestSupport
import Testing

@testable import knockctl

struct KeyWorkTests {
    private let outer: TemporaryDirectory
    private let path: String
    private let client: String
    private let now: UnixSeconds = 1_795_341_600

    init() throws {
        outer = try TemporaryDirectory()
        path = outer.path("keys")
        client = outer.path("home/.config/knock/keys")
    }

    private static func secret(_ byte: UInt8) -> SecretBytes {
        var bytes = [UInt8](repeating: byte, count: 32)
        return SecretBytes(taking: &bytes)
    }

    private func name(_ text: String) throws -> KeyName { try #require(KeyName(text)) }

    @discardableResult
    private func perform(
        _ command: KeyCommand, at directory: String? = nil, after seconds: UnixSeconds = 0, isServers: Bool = false,
        serverName: String? = nil, uses: KeyUses = KeyUses()
    ) throws -> KeyWork.Result {
        let place = KeyPlace(
            directory: directory ?? path, serverName: serverName.flatMap(KeyName.init), isServers: isServers)
        return try KeyWork(place: place, now: now + seconds, uses: uses).perform(command)
    }

    private func add(_ text: String = "laptop", server: String? = "gw.example.org") throws {
        try perform(.add(try name(text), server: try server.map(name)))
    }

    private func error(_ command: KeyCommand, after seconds: UnixSeconds = 0, uses: KeyUses = KeyUses())
        -> ControlError?
    {
        #expect(throws: ControlError.self) { try perform(command, after: seconds, uses: uses) }
    }

    private func key(_ text: String = "laptop", at directory: String? = nil) throws -> Key {
        try KeyStore(directory ?? path).key(try name(text))
    }

    private func states(at directory: String? = nil) throws -> [KeyGeneration.State] {
        try key(at: directory).generations.map(\.state)
    }

    /// Exports the key there, and imports it here.
    @discardableResult
    private func hand(from: String, to: String, after seconds: UnixSeconds = 0) throws -> [String] {
        let content = try perform(.export(try name("laptop")), at: from, after: seconds).content
        let file = try outer.write(content, to: "handed")
        return try perform(.import(file: file), at: to, after: seconds).lines
    }

    // MARK: Add

    @Test func addMakesADirectoryAndAFileForItsOwnerOnly() throws {
        try add()
        #expect(Files.mode(path) == 0o700)
        #expect(Files.mode("\(path)/laptop.key") == 0o600)
        let made = try key()
        #expect(made.server.description == "gw.example.org")
        #expect(made.generations.map(\.number) == [1])
        #expect(made.generations[0].created == now)
    }

    @Test func everyKeyHasASecretOfItsOwn() throws {
        try add("a")
        try add("b")
        #expect(try key("a").generations[0].secret != key("b").generations[0].secret)
    }

    @Test func theServerIsThatOfTheOthersOrOfTheConfiguration() throws {
        #expect(error(.add(try name("x"), server: nil))?.status == .usage)
        try perform(.add(try name("a"), server: nil), serverName: "configured")
        #expect(try key("a").server.description == "configured")
        try add("b", server: nil)
        #expect(try key("b").server.description == "configured")
        #expect(error(.add(try name("c"), server: try name("other")))?.status == .refused)
        #expect(throws: ControlError.self) {
            try perform(.add(try name("c"), server: try name("other")), serverName: "configured")
        }
        #expect(try KeyStore(path).all.entries.count == 2)
    }

    @Test func aKeyThatIsThereStays() throws {
        try add()
        let before = try key()
        #expect(error(.add(try name("laptop"), server: nil))?.status == .refused)
        #expect(try key() == before)
        try outer.write([1, 2, 3], to: "keys/broken.key")
        #expect(
            error(.add(try name("broken"), server: nil))?.status == .refused, "not even a broken one is overwritten")
    }

    // MARK: Rotate

    @Test func rotateKeepsTheOldOneForAWhile() throws {
        try add()
        let lines = try perform(.rotate(try name("laptop"), .seconds(3 * 86_400), isForced: false)).lines
        #expect(lines == ["laptop: generation 2 is new; generation 1 is still good until 2026-11-25T10:00:00Z"])
        #expect(try states() == [.retiring(.at(now + 3 * 86_400)), .active])
    }

    @Test func untilUsedIsTheLedgersToSay() throws {
        try add()
        let name = try name("laptop")
        try perform(.rotate(name, .untilUsed, isForced: false))
        #expect(error(.rotate(name, .usual, isForced: false), after: 1 << 30)?.status == .refused)
        let id = try key().generations[1].id
        let uses = KeyUses(uses: [id: .init(firstUsed: now, lastUsed: now)])
        #expect(error(.rotate(name, .usual, isForced: false), after: 3599, uses: uses)?.status == .refused)
        try perform(.rotate(name, .usual, isForced: false), after: 3600, uses: uses)
        #expect(try key().generations.count == 3)
    }

    @Test func aSecondOneInsideTheGraceTakesForce() throws {
        try add()
        let name = try name("laptop")
        try perform(.rotate(name, .usual, isForced: false))
        let before = try key()
        let error = error(.rotate(name, .usual, isForced: false), after: 604_799)
        #expect(error?.status == .refused)
        #expect(error?.message.contains("--force") == true)
        #expect(try key() == before)
        try perform(.rotate(name, .usual, isForced: true))
        #expect(try key().generations.count == 3)
    }

    @Test func aKeyThatIsNotThereOrBrokenIsTold() throws {
        let none = try name("none")
        #expect(error(.rotate(none, .usual, isForced: false))?.status == .files, "there is no directory")
        try add()
        #expect(error(.rotate(none, .usual, isForced: false))?.status == .notFound)
        #expect(error(.export(none))?.status == .notFound)
        try Files.rename("\(path)/laptop.key", to: "\(path)/none.key")
        #expect(error(.revoke(none, generation: nil))?.message.contains("is named laptop") == true)
        #expect(unsafe chmod("\(path)/none.key", 0o640) == 0)
        #expect(error(.export(none))?.message.contains("chmod 600 \(path)/none.key") == true)
        #expect(unsafe chmod(path, 0o755) == 0)
        #expect(error(.export(none))?.message.contains("chmod 700 \(path)") == true)
    }

    // MARK: Revoke and prune

    @Test func revokeIsForOneOrAll() throws {
        try add()
        let name = try name("laptop")
        try perform(.rotate(name, .usual, isForced: false))
        #expect(try perform(.revoke(name, generation: 1)).lines == ["laptop: generation 1 is revoked, for good"])
        #expect(try states() == [.revoked, .active])
        #expect(error(.revoke(name, generation: 3))?.status == .notFound)
        #expect(try perform(.revoke(name, generation: nil)).lines == ["laptop: generations 1, 2 are revoked, for good"])
        #expect(try states() == [.revoked, .revoked])
        #expect(error(.export(name))?.status == .refused)
    }

    @Test func pruneTakesAwayWhatCountsNoMore() throws {
        try add()
        try add("phone")
        let name = try name("laptop")
        try perform(.rotate(name, .usual, isForced: false))
        #expect(try perform(.prune, after: 604_799).lines == ["nothing to prune"])
        #expect(
            try perform(.prune, after: 604_800).lines == ["laptop: generation 1 is gone from \(path)/laptop.key"])
        #expect(try key().generations.map(\.number) == [2])
    }

    @Test func pruneGoesOnBesideABrokenFile() throws {
        try add()
        try perform(.rotate(try name("laptop"), .seconds(0), isForced: false))
        try outer.write([1], to: "keys/broken.key")
        #expect(unsafe chmod("\(path)/broken.key", 0o600) == 0)
        let result = try perform(.prune)
        #expect(result.lines.count == 1)
        #expect(result.complaints.count == 1)
    }

    // MARK: Export and import

    @Test func aClientGetsTheNewestAndKeepsTheOneBefore() throws {
        try add()
        #expect(try hand(from: path, to: client) == ["laptop: generation 1 is new, in \(client)/laptop.key"])
        #expect(try key(at: client) == key())
        #expect(Files.mode("\(client)/laptop.key") == 0o600)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        #expect(try hand(from: path, to: client) == ["laptop: generation 2 is new, in \(client)/laptop.key"])
        #expect(try key(at: client).generations.map(\.secret) == key().generations.map(\.secret))
        #expect(try hand(from: path, to: client) == ["laptop: nothing is new"])
    }

    @Test func exportHasTheNewestGenerationOnly() throws {
        try add()
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        let content = try perform(.export(try name("laptop"))).content
        guard case .key(let exported) = KeyFile.read(content, file: "f") else {
            Issue.record("it is no key file")
            return
        }
        #expect(exported.generations == [try key().generations[1]])
    }

    @Test func importRevivesNothing() throws {
        try add()
        try hand(from: path, to: client)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        try perform(.revoke(try name("laptop"), generation: 1))
        #expect(try hand(from: client, to: path) == ["laptop: nothing is new"])
        #expect(try states() == [.revoked, .active])
        try perform(.prune)
        let lines = try hand(from: client, to: path)
        #expect(lines == ["laptop: generation 1 is left out, older than what is here"])
        #expect(try states() == [.active])
    }

    @Test func aCopyUnderAnotherNameIsRefused() throws {
        try add()
        let text = String(decoding: try perform(.export(try name("laptop"))).content, as: UTF8.self)
        let file = try outer.write(Array(text.replacing("name = laptop", with: "name = phone").utf8), to: "copy")
        #expect(error(.import(file: file))?.message.contains("\(path)/laptop.key") == true)
        #expect(try KeyStore(path).all.entries.count == 1)
    }

    @Test func amongADaemonsKeysOneForAnotherServerIsRefused() throws {
        try add()
        let key = try Key(name: name("b"), server: name("other"), secret: Self.secret(9), now: now)
        let command = KeyCommand.import(file: try outer.write(KeyFile.text(of: key), to: "b"))
        for serverName in [nil, "gw.example.org"] {
            let error = #expect(throws: ControlError.self) {
                try perform(command, isServers: true, serverName: serverName)
            }
            #expect(error?.status == .refused)
        }
        #expect(try KeyStore(path).all.entries.count == 1)
        try perform(command)
        #expect(try KeyStore(path).all.entries.count == 2)
    }

    @Test func theExampleKeyIsRefused() throws {
        let key = try Key(name: name("example"), server: name("example.org"), secret: ExampleKey.secret, now: now)
        let file = try outer.write(KeyFile.text(of: key), to: "example.key")
        #expect(error(.import(file: file))?.status == .refused)
        #expect(!Files.exists(path))
    }

    @Test(arguments: [[], [0x23], [0xFF, 0xFE], Array(repeating: 0x41, count: (64 << 10) + 1)] as [[UInt8]])
    func whatIsNoKeyFileIsRefused(bytes: [UInt8]) throws {
        let file = try outer.write(bytes, to: "garbage")
        #expect(error(.import(file: file))?.status == .files)
        #expect(!Files.exists(path))
    }

    @Test func aKeyMadeAnewIsNotMixedWithTheOldOne() throws {
        try add()
        try hand(from: path, to: client)
        try Files.remove("\(path)/laptop.key")
        try add()
        let before = try key(at: client)
        #expect(throws: ControlError.self) { try hand(from: path, to: client) }
        #expect(try key(at: client) == before)
    }

    // MARK: List

    @Test func listShowsWhereEachGenerationStands() throws {
        try add()
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        let ids = try key().generations.map(\.id)
        let uses = KeyUses(uses: [ids[0]: .init(firstUsed: now, lastUsed: now + 60)])
        let command = KeyCommand.list(asJSON: false)
        #expect(
            try perform(command, uses: uses).lines == [
                "KEY     SERVER          GENERATION  STATE     CREATED               RETIRES               LAST USED",
                "laptop  gw.example.org  1           retiring  2026-11-22T10:00:00Z  2026-11-29T10:00:00Z  2026-11-22T10:01:00Z",
                "laptop  gw.example.org  2           active    2026-11-22T10:00:00Z  -                     never",
            ])
        #expect(try perform(command, after: 604_800).lines[1].contains(" retired "))
        #expect(try perform(command).lines[2].hasSuffix(" ?"), "no ledger was read")
    }

    /// A file that was broken while the daemon ran: what it had read counts on.
    @Test(arguments: ["keys/laptop.key", "keys"])
    func listShowsWhatIsInForceFromMemoryOnly(broken: String) throws {
        try add()
        let made = try key()
        let kept = KeyInForce(
            generation: made.generations[0].id, key: made.name, server: made.server, number: 1, created: now,
            isFromMemory: true)
        let uses = KeyUses(uses: [:], inForce: KeysInForce(directory: path, keys: [kept]))
        #expect(unsafe chmod(outer.path(broken), 0o755) == 0)
        let result = try perform(.list(asJSON: false), uses: uses)
        #expect(
            result.lines.last
                == "laptop  gw.example.org  1           in force from memory only  2026-11-22T10:00:00Z  -        never"
        )
        #expect(!result.complaints.isEmpty)
        let json = try perform(.list(asJSON: true), uses: uses).lines.joined()
        #expect(json.contains("\"state\": \"in force from memory only\""))
        #expect(json.contains("\"file\": null"))
    }

    @Test func aGoodFileThatTheNextStartWouldRefuseIsListedOnce() throws {
        try add()
        let made = try key()
        let kept = KeyInForce(
            generation: made.generations[0].id, key: made.name, server: made.server, number: 1, created: now,
            isFromMemory: true)
        let uses = KeyUses(uses: [:], inForce: KeysInForce(directory: path, keys: [kept]))
        let lines = try perform(.list(asJSON: false), uses: uses).lines
        #expect(lines.count == 2 && lines[1].contains("  in force from memory only  "))
    }

    @Test func listAsJSONIsRead() throws {
        try add()
        try perform(.rotate(try name("laptop"), .untilUsed, isForced: false))
        let ids = try key().generations.map(\.id)
        let uses = KeyUses(uses: [ids[0]: .init(firstUsed: now, lastUsed: now + 60)])
        let text = try perform(.list(asJSON: true), uses: uses).lines.joined()
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: [[String: Any]]]
        let listed = try #require(parsed?["keys"]?.first)
        #expect(listed["name"] as? String == "laptop")
        #expect(listed["file"] as? String == "\(path)/laptop.key")
        let generations = try #require(listed["generations"] as? [[String: Any]])
        #expect(generations.map { $0["generation"] as? Int } == [1, 2])
        #expect(generations.map { $0["id"] as? String } == ids.map(\.description))
        #expect(generations.map { $0["state"] as? String } == ["retiring", "active"])
        #expect(generations[0]["retires"] as? String == "after-use")
        #expect(generations[0]["last_used"] as? String == "2026-11-22T10:01:00Z")
        #expect(generations[1]["last_used"] is NSNull)
        #expect(try !perform(.list(asJSON: true)).lines.joined().contains("last_used"))
    }

    @Test(arguments: [true, false])
    func nothingButExportShowsASecret(asJSON: Bool) throws {
        try add()
        let secret = try #require(
            String(decoding: try perform(.export(try name("laptop"))).content, as: UTF8.self)
                .split(separator: "\n").first { $0.hasPrefix("secret") }?.dropFirst(9))
        #expect(try !perform(.list(asJSON: asJSON)).lines.joined().contains(secret))
        let lines = try [
            perform(.rotate(try name("laptop"), .usual, isForced: false)),
            perform(.revoke(try name("laptop"), generation: 1)),
            perform(.prune),
        ]
        #expect(!lines.flatMap(\.lines).joined().contains(secret))
    }

    @Test func listComplainsAsADaemonWould() throws {
        try add()
        let other = try Key(name: name("b"), server: name("other"), secret: Self.secret(9), now: now)
        let file = try outer.write(KeyFile.text(of: other), to: "b")
        try perform(.import(file: file))
        let command = KeyCommand.list(asJSON: false)
        #expect(try perform(command).complaints.isEmpty)
        let server = try perform(command, isServers: true)
        #expect(server.complaints.count == 2)
        #expect(server.lines.count == 3)
        #expect(try perform(command, isServers: true, serverName: "other").complaints.count == 1)
    }
}
