import Doors
import Foundation
import Keys
import Testing

@testable import Configuration

struct KeyReviewTests {
    private let keys: KeyFiles

    init() throws {
        keys = try KeyFiles("laptop", "phone")
    }

    private func text(_ directives: String) -> String {
        "[options]\nKeyDirectory = \(keys.path)\n[door]\n\(directives)\n"
    }

    @Test(arguments: ["laptop", "phone , laptop", "*"])
    func thereIsNothingToSayOfKeysThatAreThere(names: String) {
        #expect(review(text("keys = \(names)")) == [])
    }

    @Test func aKeyThatIsNotThereIsAnErrorWhereItStands() {
        #expect(
            review(text("keys = laptop, tablet"))
                == ["a.conf:4:16: there is no key tablet in \(keys.path); run knockctl keys add tablet"])
        #expect(
            review(text("keys = *\ndelegates = tablet"))
                == ["a.conf:5:13: there is no key tablet in \(keys.path); run knockctl keys add tablet"])
    }

    @Test func namesThatSayNothingNeedNoKeys() {
        #expect(review(text("sequence = 2,1\ndelegates = tablet")).allSatisfy { !$0.contains("tablet") })
    }

    @Test func theDirectoryIsReadForSignedKnocksOnly() {
        let text = "[options]\nKeyDirectory = /nowhere/keys\n[door]\n"
        #expect(review(text + "sequence = 2,1") == [])
        let said = review(text + "keys = laptop")
        #expect(said.count == 2, "of the directory and the door, not of each key")
        #expect(said.first == "a.conf:3:1: door door: none of its keys can be used")
        #expect(said.last?.hasPrefix("/nowhere/keys: ") ?? false)
    }

    @Test func aKeyThatCannotBeUsedIsToldOfOnce() throws {
        #expect(unsafe chmod("\(keys.path)/phone.key", 0o644) == 0)
        let said = review(text("keys = laptop,phone"))
        #expect(said.count == 1)
        #expect(said.first?.hasPrefix("\(keys.path)/phone.key: ") ?? false)
        #expect(!(said.first?.contains("warning") ?? true))
    }

    @Test func keysOfAnotherServerAreNotUsed() {
        let said = review("[options]\nServerName = other\n" + text("keys = laptop"))
        #expect(said.count == 3, "one for each file, and one for the door")
    }

    @Test func aDoorNoneOfWhoseKeysCanBeUsedIsAnError() throws {
        let shut = "a.conf:3:1: door door: none of its keys can be used"
        #expect(unsafe chmod("\(keys.path)/phone.key", 0o644) == 0)
        #expect(review(text("keys = phone")).contains(shut))
        #expect(review(text("keys = phone\nsequence = 2,1")).contains(shut), "the sequence is another way in")
        #expect(!review(text("keys = phone,laptop")).contains(shut))
        #expect(!review(text("keys = *")).contains(shut))
        #expect(review(text("keys = tablet")).contains(shut))
        #expect(unsafe chmod("\(keys.path)/laptop.key", 0o644) == 0)
        #expect(review(text("keys = *")).contains(shut))
    }

    /// A door for keys that are to come is not shut by mistake.
    @Test func aDoorForEveryKeyWaitsForTheFirst() throws {
        let empty = try KeyFiles()
        let configuration = try configuration(
            text("keys = *") + "[other]\nkeys = laptop\n[classic]\nsequence = 2,1\n")
        let found = KeyDirectory.read(empty.path)
        let shut = configuration.doorsWithoutKeys(usable: [], in: found)
        #expect(shut.map(\.identity.name) == ["other"])
        #expect(!configuration.hasOnly(shut))
        #expect(configuration.doorsWithoutKeys(usable: [], in: KeyDirectory.read("/nowhere")).count == 1)
    }

    @Test func aConfigurationOfDoorsWithoutKeysHasNothingElse() throws {
        let shut = try configuration(text("keys = tablet"))
        let found = KeyDirectory.read(keys.path)
        #expect(shut.hasOnly(shut.doorsWithoutKeys(usable: [], in: found)))
        let classic = try configuration(text("keys = tablet\nsequence = 2,1"))
        #expect(!classic.hasOnly(classic.doorsWithoutKeys(usable: [], in: found)))
    }

    /// At the start and at a reload.
    @Test func theDaemonIsWarned() throws {
        let configuration = try configuration(text("keys = laptop, tablet"))
        let directory = KeyDirectory.read(keys.path)
        #expect(
            configuration.missingKeys(in: directory).map(\.description)
                == ["a.conf:4:16: warning: there is no key tablet in \(keys.path); run knockctl keys add tablet"])
        #expect(configuration.missingKeys(in: KeyDirectory.read("/nowhere")) == [])
    }
}
