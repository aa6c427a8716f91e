import Doors
import Keys
import Testing

struct SharedStopTests {
    private func door(
        _ name: String, stop: String?, stop6: String? = nil, openFor: Int64 = 10_000, keys: SignedDoor.Keys? = nil,
        longest: Int64 = 10_000, hasSequence: Bool = true
    ) throws -> Door {
        let start = try #require(ActionTemplate("start"))
        let signed = keys.map { SignedDoor(keys: $0, addressRule: .observed, delegates: [], longest: longest) }
        return try Sample.door(
            name, hasSequence: hasSequence, signed: signed,
            actions: Door.Actions(start: start, stop: stop.flatMap { ActionTemplate($0) }),
            actionsIPv6: Door.Actions(start: start, stop: stop6.flatMap { ActionTemplate($0) }), openFor: openFor)
    }

    private func share(_ one: Door, _ other: Door) -> Bool {
        let found = one.canShareStop(with: other)
        #expect(other.canShareStop(with: one) == found, "either way")
        return found
    }

    @Test(arguments: [
        ("close %IP%", "close %IP%", true), ("close", "close", true), ("close %IP% 22", "close %IP% 80", false),
        ("close %DOOR% %IP%", "close %DOOR% %IP%", false), ("close a %IP%", "close %DOOR% %IP%", false),
        ("close b %IP%", "close %DOOR% %IP%", true), ("close %KEY% %IP%", "close %KEY% %IP%", true),
        ("close %SECONDS%", "close %SECONDS%", true), ("close %SECONDS%", "close 10", true),
        ("close %KEY%", "close ", true),
    ])
    func commandsOfClassicDoorsAreCompared(one: String, other: String, expected: Bool) throws {
        #expect(share(try door("a", stop: one), try door("b", stop: other)) == expected)
    }

    @Test func whatOneKindOfAddressSharesIsEnough() throws {
        #expect(share(try door("a", stop: "x", stop6: "close %IP%"), try door("b", stop: "y", stop6: "close %IP%")))
        #expect(!share(try door("a", stop: "x", stop6: "y %IP%"), try door("b", stop: "y", stop6: "x")))
        #expect(!share(try door("a", stop: nil), try door("b", stop: nil)))
    }

    @Test func timesThatDifferMakeCommandsThatDiffer() throws {
        let text = "close %IP% %SECONDS%"
        #expect(!share(try door("a", stop: text), try door("b", stop: text, openFor: 60_000)))
        let all = SignedDoor.Keys.all
        #expect(
            share(
                try door("a", stop: text, keys: all, longest: 60_000),
                try door("b", stop: text, openFor: 60_000, keys: all, longest: 60_000)))
    }

    @Test func keysThatDifferMakeCommandsThatDiffer() throws {
        let (a, b) = (try Sample.key("a"), try Sample.key("b"))
        func share(_ one: Set<KeyName>, _ other: SignedDoor.Keys, _ text: String) throws -> Bool {
            self.share(
                try door("a", stop: text, keys: .named(one), hasSequence: false),
                try door("b", stop: text, keys: other, hasSequence: false))
        }
        #expect(try !share([a], .named([b]), "close %KEY% %IP%"))
        #expect(try share([a, b], .named([b]), "close %KEY% %IP%"))
        #expect(try share([b], .all, "close %KEY% %IP%"))
        #expect(try share([a], .named([b]), "close %IP%"))
    }
}
