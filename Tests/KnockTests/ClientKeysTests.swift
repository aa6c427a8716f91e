import Foundation
import Keys
import Linux
import TestSupport
import Testing

@testable import knock

struct ClientKeysTests {
    private let user: TemporaryDirectory
    private let machine: TemporaryDirectory
    private let keys: ClientKeys

    init() throws {
        (user, machine) = (try TemporaryDirectory(), try TemporaryDirectory())
        keys = ClientKeys(directories: [user.path("no-such"), user.path, machine.path])
        for directory in [user, machine] { try Self.protect(directory.path, 0o700) }
    }

    private static func protect(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func generation(
        _ number: Int, _ byte: UInt8, server: String, state: KeyGeneration.State = .active
    ) throws -> KeyGeneration {
        var bytes = byte == 0 ? ExampleKey.secret.copy() : [UInt8](repeating: byte, count: 32)
        let secret = SecretBytes(taking: &bytes)
        let id = try WorkingKeys(secret: secret, server: #require(KeyName(server))).id
        return KeyGeneration(number: number, id: id, secret: secret, created: 1_700_000_000, state: state)
    }

    @discardableResult
    private func write(
        _ name: String, server: String = "gw", _ generations: [(Int, UInt8)] = [(1, 1)],
        states: [KeyGeneration.State] = [], to directory: TemporaryDirectory? = nil
    ) throws -> String {
        let made = try generations.enumerated().map { index, pair in
            try generation(
                pair.0, pair.1, server: server, state: states.indices.contains(index) ? states[index] : .active)
        }
        let key = Key(name: try #require(KeyName(name)), server: try #require(KeyName(server)), generations: made)
        let path = try (directory ?? user).write(KeyFile.text(of: key), to: "\(name).key")
        try Self.protect(path, 0o600)
        return path
    }

    private func request(
        _ key: SignedRequest.KeyChoice = .byHost, generation: Int? = nil, allowsExample: Bool = false
    ) -> SignedRequest {
        var request = SignedRequest()
        (request.host, request.door) = ("gw", "ssh")
        request.signer = SignedRequest.Signer(key: key, generation: generation, allowsExample: allowsExample)
        return request
    }

    private func named(_ name: String) throws -> SignedRequest.KeyChoice { .named(try #require(KeyName(name))) }

    /// The first byte of the secret that is found.
    private func found(_ request: SignedRequest) throws -> UInt8? { try keys.find(request).secret.copy().first }

    @Test func aKeyIsFoundByItsName() throws {
        try write("laptop", [(1, 5)])
        #expect(try found(request(named("laptop"))) == 5)
        #expect(try keys.find(request(named("laptop"))).server.description == "gw")
    }

    @Test func theUsersKeyStandsBeforeTheMachines() throws {
        try write("laptop", [(1, 5)])
        try write("laptop", [(1, 6)], to: machine)
        try write("phone", server: "other", [(1, 7)], to: machine)
        #expect(try found(request(named("laptop"))) == 5)
        #expect(try found(request(named("phone"))) == 7)
        #expect(try found(request()) == 5)
    }

    @Test func theOnlyKeyForTheHostNeedsNoName() throws {
        try write("laptop", [(1, 5)])
        try write("phone", server: "other", [(1, 6)])
        #expect(try found(request()) == 5)
        try write("tablet", [(1, 7)], to: machine)
        let names = [try #require(KeyName("laptop")), try #require(KeyName("tablet"))]
        #expect(throws: KeyTrouble.severalFor(host: "gw", names: names)) { try found(request()) }
    }

    @Test func withoutAKeyTheDirectoriesAreNamed() throws {
        try write("phone", server: "other")
        let directories = keys.directories
        #expect(throws: KeyTrouble.noneFor(host: "gw", directories: directories)) { try found(request()) }
        let name = try #require(KeyName("laptop"))
        #expect(throws: KeyTrouble.missing(name, directories: directories)) { try found(request(named("laptop"))) }
    }

    @Test func theNewestGenerationSignsUnlessAnotherIsNamed() throws {
        let retiring = KeyGeneration.State.retiring(.at(1_800_000_000))
        try write("laptop", [(2, 5), (3, 6), (4, 7)], states: [retiring, .active, .revoked])
        #expect(try found(request()) == 6)
        #expect(try found(request(generation: 2)) == 5)
        #expect(try found(request(generation: 4)) == 7)
        let name = try #require(KeyName("laptop"))
        #expect(throws: KeyTrouble.noGeneration(1, of: name, known: [2, 3, 4])) { try found(request(generation: 1)) }
    }

    @Test func aKeyThatIsRevokedSignsNothing() throws {
        try write("laptop", [(1, 5)], states: [.revoked])
        #expect(throws: KeyTrouble.allRevoked(try #require(KeyName("laptop")))) { try found(request()) }
    }

    @Test func theExampleKeyIsRefusedUnlessItIsAllowed() throws {
        let file = try write("mine", [(1, 0)])
        #expect(throws: KeyTrouble.example(file: file)) { try found(request()) }
        #expect(try found(request(allowsExample: true)) == UInt8(ascii: "P"))
    }

    @Test func aFileMayLieAnywhere() throws {
        let file = try write("laptop", [(1, 5)])
        try FileManager.default.moveItem(atPath: file, toPath: user.path("any"))
        try Self.protect(user.path, 0o755)
        #expect(try found(request(.file(user.path("any")))) == 5)
        #expect(throws: KeyTrouble.self) { try found(request(.file(user.path("none")))) }
    }

    @Test func whatOthersCanReadIsRefused() throws {
        let file = try write("laptop")
        try Self.protect(file, 0o640)
        #expect(throws: KeyTrouble.notPrivate(path: file, .mode(0o640), isDirectory: false)) {
            try found(request(named("laptop")))
        }
        #expect(throws: KeyTrouble.notPrivate(path: file, .mode(0o640), isDirectory: false)) { try found(request()) }
        #expect(throws: KeyTrouble.notPrivate(path: file, .mode(0o640), isDirectory: false)) {
            try found(request(.file(file)))
        }
        try Self.protect(user.path, 0o711)
        #expect(throws: KeyTrouble.notPrivate(path: user.path, .mode(0o711), isDirectory: true)) {
            try found(request(named("laptop")))
        }
    }

    @Test(.enabled(if: ThisProcess.isRoot)) func whatOnlyRootMaySeeIsNoObstacle() async {
        await #expect(processExitsWith: .success) {
            let tests = try ClientKeysTests()
            for path in [try tests.write("laptop", [(1, 5)]), tests.user.path] {
                #expect(unsafe chown(path, 65_534, 65_534) == 0)
            }
            // Below a directory of root's that nobody else may enter.
            let keys = ClientKeys(directories: [tests.user.path, tests.machine.path("keys")])
            try #require(seteuid(65_534) == 0)
            #expect(try keys.find(tests.request()).secret.copy().first == 5)
            #expect(try keys.find(tests.request(tests.named("laptop"))).secret.copy().first == 5)
            let phone = try tests.request(tests.named("phone"))
            let trouble = #expect(throws: KeyTrouble.self) { try keys.find(phone) }
            #expect(trouble.map { "\($0)".contains("unreadable") } == true, "it may lie there")
            #expect(seteuid(0) == 0)
        }
    }

    @Test func anothersBrokenFileIsNoObstacle() throws {
        try write("laptop", [(1, 5)])
        try Self.protect(user.write(Array("nonsense".utf8), to: "broken.key"), 0o600)
        #expect(try found(request()) == 5)
        #expect(throws: KeyTrouble.self) { try found(request(named("broken"))) }
    }

    @Test(arguments: [
        (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], ["/x/knock/keys", "/etc/knock/keys"]),
        (["XDG_CONFIG_HOME": "x", "HOME": "/h"], ["/h/.config/knock/keys", "/etc/knock/keys"]),
        (["HOME": "/h"], ["/h/.config/knock/keys", "/etc/knock/keys"]), ([:], ["/etc/knock/keys"]),
    ])
    func theDirectoriesFollowFromTheEnvironment(variables: [String: String], expected: [String]) {
        #expect(ClientKeys.directories { variables[$0] } == expected)
    }
}
