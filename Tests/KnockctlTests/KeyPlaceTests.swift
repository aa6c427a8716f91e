import Configuration
import Keys
import TestSupport
import Testing

@testable import knockctl

struct KeyPlaceTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func surroundings(
        isRoot: Bool = false, _ environment: [String: String] = ["HOME": "/home/a"], configured: KeyPlace? = nil
    ) -> Environment {
        Environment(isRoot: isRoot, environment: { environment[$0] }, configured: { _ in configured })
    }

    @Test func aDirectoryIsTakenAsItIsAndNoLedgerWithIt() throws {
        let place = try surroundings(configured: KeyPlace(directory: "/c", stateFile: "/s")).place(
            .directory("/d"), isImport: false)
        #expect(place == KeyPlace(directory: "/d"))
    }

    @Test(arguments: [true, false])
    func theConfigurationsOwnIsTaken(isImport: Bool) throws {
        let configured = KeyPlace(directory: directory.path, stateFile: "/s", isServers: true)
        for source in [KeySource.configuration(nil), .configuration("/x")] {
            #expect(try surroundings(configured: configured).place(source, isImport: isImport) == configured)
        }
    }

    @Test func withoutAConfigurationOnlyImportFindsAPlace() throws {
        for source in [KeySource.configuration(nil), .configuration("/x")] {
            let error = #expect(throws: ControlError.self) { try surroundings().place(source, isImport: false) }
            #expect(error?.status == .files)
        }
        #expect(throws: ControlError.self) { try surroundings().place(.configuration("/x"), isImport: true) }
    }

    @Test(
        arguments: [
            (true, ["HOME": "/root", "XDG_CONFIG_HOME": "/x"], "/etc/knock/keys"),
            (false, ["HOME": "/h"], "/h/.config/knock/keys"),
            (false, ["HOME": "/h", "XDG_CONFIG_HOME": "/x"], "/x/knock/keys"),
            (false, ["HOME": "/h", "XDG_CONFIG_HOME": "x"], "/h/.config/knock/keys"),
            (false, ["HOME": "/h", "XDG_CONFIG_HOME": ""], "/h/.config/knock/keys"),
        ] as [(Bool, [String: String], String)])
    func aClientImportsIntoItsOwn(isRoot: Bool, environment: [String: String], path: String) throws {
        let found = try surroundings(isRoot: isRoot, environment).place(.configuration(nil), isImport: true)
        #expect(found == KeyPlace(directory: path))
        let unused = KeyPlace(directory: directory.path("none"), isServers: true)
        #expect(
            try surroundings(isRoot: isRoot, environment, configured: unused).place(.configuration(nil), isImport: true)
                == found, "the machine has a knockd.conf, and no keys of a server")
    }

    @Test func withoutAHomeThereIsNoPlace() {
        #expect(throws: ControlError.self) {
            try surroundings(isRoot: false, [:]).place(.configuration(nil), isImport: true)
        }
    }

    @Test func aConfigurationSaysWhereKeysAndLedgerLie() throws {
        let text = "[options]\nStateFile = /s/x.db\nKeyDirectory = /k\nServerName = gw\n"
        let file = try directory.write(Array(text.utf8), to: "knockd.conf")
        #expect(
            try KeyPlace.read(file)
                == KeyPlace(directory: "/k", serverName: KeyName("gw"), stateFile: "/s/x.db", isServers: true))
        #expect(try KeyPlace.read(directory.path("none")) == nil)
    }

    @Test func whatItDoesNotSayIsAsUsual() throws {
        let file = try directory.write([], to: "knockd.conf")
        let place = try KeyPlace.read(file)
        #expect(place?.directory == "/etc/knockd/keys")
        #expect(place?.serverName == nil)
        #expect(place?.stateFile == Configuration.defaultStateFile(for: file))
    }

    @Test func aBrokenConfigurationIsTold() throws {
        let file = try directory.write(Array("[options]\nnonsense = 1\n".utf8), to: "knockd.conf")
        let error = #expect(throws: ControlError.self) { try KeyPlace.read(file) }
        #expect(error?.message.hasPrefix("\(file):2:1: ") == true)
        #expect(error?.status == .files)
    }
}
