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
        #expect(said.count == 1, "of the directory, not of each key")
        #expect(said.first?.hasPrefix("/nowhere/keys: ") ?? false)
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
        #expect(said.count == 2, "one for each file")
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
