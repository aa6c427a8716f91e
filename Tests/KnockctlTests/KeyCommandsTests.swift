import Configuration
import Foundation
import Keys
import Ledger
import Linux
import TestSupport
import Testing

@testable import knockctl

struct KeyCommandsTests {
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
    ) throws -> KeyCommands.Result {
        let place = KeyPlace(
            directory: directory ?? path, serverName: serverName.flatMap(KeyName.init), isServers: isServers)
        return try KeyCommands(place: place, now: now + seconds, uses: uses).perform(command)
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
        return try perform(.import(file: file, expecting("laptop")), at: to, after: seconds).lines
    }

    private func expecting(
        _ text: String, server: String? = nil, replaces: Bool = false
    ) throws -> ImportExpectation {
        ImportExpectation(name: try name(text), server: try server.map(name), replaces: replaces)
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
        #expect(lines == ["laptop: generation 2 is new; generation 1 is still valid until 2026-11-25T10:00:00Z"])
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
            try perform(.prune, after: 604_800).lines == ["laptop: generation 1 is removed from \(path)/laptop.key"])
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
        #expect(
            try hand(from: path, to: client) == [
                "laptop: generation 1 is new, for the server gw.example.org, in \(client)/laptop.key"
            ])
        #expect(try key(at: client) == key())
        #expect(Files.mode("\(client)/laptop.key") == 0o600)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        #expect(try hand(from: path, to: client) == ["laptop: generation 2 is new, in \(client)/laptop.key"])
        #expect(try key(at: client).generations.map(\.secret) == key().generations.map(\.secret))
        let again = #expect(throws: ControlError.self) { try hand(from: path, to: client) }
        #expect(again == ControlError(.unchanged, "laptop: nothing is new"))
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
        #expect(throws: ControlError.self) { try hand(from: client, to: path) }
        #expect(try states() == [.revoked, .active])
        try perform(.prune)
        let refused = #expect(throws: ControlError.self) { try hand(from: client, to: path) }
        #expect(
            refused
                == ControlError(
                    .unchanged,
                    "laptop: nothing is new; generation 1 is skipped, older than the newest here; write --name laptop "
                        + "--replace if the file is right"))
        #expect(try states() == [.active])
    }

    @Test func aCopyUnderAnotherNameIsRefused() throws {
        try add()
        let text = String(decoding: try perform(.export(try name("laptop"))).content, as: UTF8.self)
        let file = try outer.write(Array(text.replacing("name = laptop", with: "name = phone").utf8), to: "copy")
        #expect(error(.import(file: file, try expecting("phone")))?.message.contains("\(path)/laptop.key") == true)
        #expect(try KeyStore(path).all.entries.count == 1)
    }

    @Test func amongADaemonsKeysOneForAnotherServerIsRefused() throws {
        try add()
        let key = try Key(name: name("b"), server: name("other"), secret: Self.secret(9), now: now)
        let command = KeyCommand.import(file: try outer.write(KeyFile.text(of: key), to: "b"), try expecting("b"))
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

    // MARK: What an imported file says of itself

    /// A file that says so, with this secret; none of its words is true.
    private func forged(
        _ text: String, server: String = "gw.example.org", number: Int = 2, secret: UInt8 = 66, proofs: [String] = []
    ) throws -> String {
        let generation = try KeyGeneration(
            number: number, secret: Self.secret(secret), server: name(server), created: now)
        let key = Key(name: try name(text), server: try name(server), generations: [generation])
        let lines = Array(proofs.map { $0 + "\n" }.joined().utf8)
        return try outer.write(KeyFile.text(of: key) + lines, to: "forged")
    }

    /// The proofs in what is exported.
    private func proofs(at directory: String? = nil) throws -> [String] {
        String(decoding: try perform(.export(try name("laptop")), at: directory).content, as: UTF8.self)
            .split(separator: "\n").map(String.init).filter { $0.hasPrefix("# continuity ") }
    }

    @Test func aNewKeyNeedsTheNameThatWasExpected() throws {
        let file = try forged("boss")
        let unnamed = error(.import(file: file))
        #expect(unnamed?.status == .refused)
        #expect(unnamed?.message.contains("boss") == true && unnamed?.message.contains("gw.example.org") == true)
        #expect(error(.import(file: file, try expecting("laptop")))?.status == .refused)
        #expect(error(.import(file: file, try expecting("Boss")))?.status == .refused)
        #expect(error(.import(file: file, try expecting("boss", server: "other")))?.status == .refused)
        #expect(error(.import(file: file, ImportExpectation(replaces: true)))?.status == .refused)
        #expect(!Files.exists(path), "not even the directory was made")
        try perform(.import(file: file, expecting("boss", server: "gw.example.org")))
        #expect(try key("boss").generations.map(\.number) == [2])
    }

    @Test func whoeverSitsAtATerminalIsAsked() throws {
        let file = try forged("boss")
        var asked: [String] = []
        func importing(_ answer: Bool?, _ expected: ImportExpectation = ImportExpectation()) throws
            -> KeyCommands.Result
        {
            let commands = KeyCommands(place: KeyPlace(directory: path), now: now, uses: KeyUses()) {
                asked.append($0)
                return answer
            }
            return try commands.perform(.import(file: file, expected))
        }
        #expect(throws: ControlError.self) { try importing(false) }
        #expect(throws: ControlError.self) { try importing(nil) }
        #expect(!Files.exists("\(path)/boss.key"))
        _ = try importing(true)
        #expect(
            asked.allSatisfy { $0.contains("boss") && $0.contains("gw.example.org") && $0.contains(path) }, "\(asked)")
        #expect(asked.count == 3)
        _ = try? importing(true, ImportExpectation(name: try name("boss")))
        #expect(asked.count == 3, "what was said is not asked")
    }

    @Test(arguments: [2, 3, 201, 999_999_999])
    func noFileOfAnotherBecomesAGenerationOfAKeyThatIsHere(number: Int) throws {
        try add()
        let before = try key()
        for expected in [ImportExpectation(), try expecting("laptop")] {
            let file = try forged("laptop", number: number)
            #expect(error(.import(file: file, expected))?.status == .refused)
            let otherServer = try forged("laptop", server: "evil", number: number)
            #expect(error(.import(file: otherServer, expected))?.status == .refused)
        }
        #expect(try key() == before)
    }

    @Test func aProofOfOneFileIsNoneOfAnother() throws {
        try add()
        try hand(from: path, to: client)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        let proofs = try proofs()
        #expect(proofs.count == 1)
        let file = try forged("laptop", proofs: proofs + ["# continuity 1 " + String(repeating: "0", count: 64)])
        #expect(throws: ControlError.self) { try perform(.import(file: file, expecting("laptop")), at: client) }
        #expect(try key(at: client).generations.count == 1)
        try hand(from: path, to: client)
        #expect(try key(at: client).generations.count == 2)
    }

    @Test(arguments: ["state = active", "created = ", "# continuity", "name = laptop"])
    func aProofIsOfEveryWordOfItsFile(line: String) throws {
        try add()
        try hand(from: path, to: client)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        let text = String(decoding: try perform(.export(try name("laptop"))).content, as: UTF8.self)
        let spoilt =
            switch line {
            case "state = active": text.replacing(line, with: "state = revoked")
            case "created = ": text.replacing("created = 2026", with: "created = 2025")
            case "# continuity": text.replacing(line, with: "#")
            default: text.replacing(line, with: "addresses = 198.18.0.9\n\(line)")
            }
        #expect(spoilt != text)
        let file = try outer.write(Array(spoilt.utf8), to: "spoilt")
        #expect(throws: ControlError.self) { try perform(.import(file: file, expecting("laptop")), at: client) }
        #expect(try key(at: client).generations.count == 1)
    }

    @Test func onlyTheNewestGenerationHereProves() throws {
        let laptop = try name("laptop")
        let thief = outer.path("thief")
        try add()
        try hand(from: path, to: client)
        // Somebody has the first secret.
        try hand(from: path, to: thief)
        try perform(.rotate(laptop, .usual, isForced: false))
        try hand(from: path, to: client)
        for _ in 0..<2 { try perform(.rotate(laptop, .usual, isForced: true), at: thief) }
        #expect(try proofs(at: thief).count == 2, "one of them under the secret that he has")
        for directory in [path, client] {
            #expect(throws: ControlError.self) { try hand(from: thief, to: directory) }
            #expect(try key(at: directory).generations.map(\.number) == [1, 2])
        }
        // A client that has missed rotations comes along.
        for _ in 0..<3 { try perform(.rotate(laptop, .usual, isForced: true)) }
        try hand(from: path, to: client)
        #expect(try key(at: client).generations.map(\.number) == [1, 2, 5])
    }

    @Test func whatIsRevokedHereProvesNothing() throws {
        try add()
        try hand(from: path, to: client)
        try perform(.revoke(try name("laptop"), generation: nil), at: client)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        #expect(throws: ControlError.self) { try hand(from: path, to: client) }
        let file = try outer.write(try perform(.export(try name("laptop"))).content, to: "file")
        try perform(.import(file: file, expecting("laptop", replaces: true)), at: client)
        #expect(try states(at: client) == [.revoked, .active])
    }

    @Test func replacingBringsNothingBackThatWasRevoked() throws {
        try add()
        let file = try outer.write(try perform(.export(try name("laptop"))).content, to: "file")
        try perform(.revoke(try name("laptop"), generation: nil))
        let refused = error(.import(file: file, try expecting("laptop", replaces: true)))
        #expect(refused?.status == .refused)
        #expect(try states() == [.revoked])
    }

    @Test func aKeyAtTheGreatestNumberCanBeReplaced() throws {
        let last = try forged("laptop", number: KeysLimits.greatestNumber)
        try perform(.import(file: last, expecting("laptop")), at: client)
        try add()
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        #expect(throws: ControlError.self) { try hand(from: path, to: client) }
        let file = try outer.write(try perform(.export(try name("laptop"))).content, to: "file")
        let lines = try perform(.import(file: file, expecting("laptop", replaces: true)), at: client).lines
        #expect(lines.count == 1)
        #expect(try key(at: client).generations.map(\.number) == [2])
        #expect(try key(at: client).generations.map(\.secret) == [try key().generations[1].secret])
    }

    @Test func anotherServersKeyIsReplacedOnlyWhereThatServerIsNamed() throws {
        try add()
        let file = try forged("laptop", server: "other")
        #expect(error(.import(file: file, try expecting("laptop", replaces: true)))?.status == .refused)
        try perform(.import(file: file, expecting("laptop", server: "other", replaces: true)))
        #expect(try key().server == name("other"))
    }

    @Test func provenNumbersDoNotLeapEither() throws {
        try add()
        try hand(from: path, to: client)
        var far = try key()
        let generation = try KeyGeneration(
            number: 202, secret: Self.secret(9), server: name("gw.example.org"), created: now)
        far.generations.append(generation)
        var text = KeyFile.text(of: far)
        try outer.write(text, to: "keys/laptop.key")
        #expect(unsafe chmod("\(path)/laptop.key", 0o600) == 0)
        let refused = #expect(throws: ControlError.self) { try hand(from: path, to: client) }
        #expect(refused?.message.contains("more than 200 above 1") == true, "\(String(describing: refused))")
        text = Array(String(decoding: text, as: UTF8.self).replacing("[generation 202]", with: "[generation 201]").utf8)
        try outer.write(text, to: "keys/laptop.key")
        try hand(from: path, to: client)
        #expect(try key(at: client).generations.map(\.number) == [1, 201])
    }

    @Test func addressesStayAndGoWithTheKey() throws {
        let pins = try #require(KeyFile.addresses("198.18.0.1, 2001:db8::1"))
        try perform(.add(try name("laptop"), server: try name("gw"), addresses: pins))
        try hand(from: path, to: client)
        #expect(try key(at: client).addresses == pins)
        try perform(.rotate(try name("laptop"), .usual, isForced: false))
        #expect(try key().addresses == pins)
        let file = try outer.write(try perform(.export(try name("laptop"))).content, to: "file")
        let own = try #require(KeyFile.addresses("198.18.0.7"))
        var expected = try expecting("laptop")
        expected.addresses = own
        try perform(.import(file: file, expected), at: client)
        #expect(try key(at: client).addresses == own)
        try perform(.rotate(try name("laptop"), .usual, isForced: true))
        try hand(from: path, to: client)
        #expect(try key(at: client).addresses == own, "those that are here stay")
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

    /// A daemon that keeps the key's first generation in force from memory.
    private func usesFromMemory() throws -> KeyUses {
        let made = try key()
        let kept = KeyInForce(
            generation: made.generations[0].id, key: made.name, server: made.server, number: 1, created: now,
            isFromMemory: true)
        return KeyUses(uses: [:], inForce: KeysInForce(directory: path, keys: [kept]))
    }

    /// A file that was broken while the daemon ran: what it had read counts on.
    @Test(arguments: ["keys/laptop.key", "keys"])
    func listShowsWhatIsInForceFromMemoryOnly(broken: String) throws {
        try add()
        let uses = try usesFromMemory()
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
        let uses = try usesFromMemory()
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
        try perform(.import(file: file, expecting("b")))
        let command = KeyCommand.list(asJSON: false)
        #expect(try perform(command).complaints.isEmpty)
        let server = try perform(command, isServers: true)
        #expect(server.complaints.count == 2)
        #expect(server.lines.count == 3)
        #expect(try perform(command, isServers: true, serverName: "other").complaints.count == 1)
    }
}
