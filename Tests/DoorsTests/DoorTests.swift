import Doors
import Packets
import Testing

struct DoorTests {
    @Test(arguments: [("198.18.1.2", "four"), ("::ffff:198.18.1.2", "four"), ("2001:db8::1", "six"), ("::1", "six")])
    func eachFamilyHasItsOwnActions(address: String, start: String) throws {
        let four = Door.Actions(start: try #require(ActionTemplate("four")), stop: nil)
        let six = Door.Actions(start: try #require(ActionTemplate("six")), stop: nil)
        let door = try Sample.door(actions: four, actionsIPv6: six)
        #expect(door.actions(for: try #require(IPAddress(address)))?.start.text == start)
    }

    @Test func aFamilyWithoutActionsGetsNone() throws {
        let door = try Sample.door(actions: nil, actionsIPv6: nil)
        #expect(door.actions(for: try #require(IPAddress("198.18.1.2"))) == nil)
        #expect(door.actions(for: try #require(IPAddress("::1"))) == nil)
    }
}

struct DoorIdentityTests {
    @Test func sectionsOfOneNameAreDifferentDoors() {
        #expect(DoorIdentity(name: "ssh") == DoorIdentity(name: "ssh", ordinal: 1))
        #expect(DoorIdentity(name: "ssh") != DoorIdentity(name: "ssh", ordinal: 2))
    }

    @Test(arguments: [0, 1, 126, 127])
    func aNameOfUpTo127BytesIsShownWhole(length: Int) {
        let name = String(repeating: "n", count: length)
        #expect(DoorIdentity(name: name).displayName == name)
    }

    @Test(arguments: [
        (String(repeating: "n", count: 128), 127),
        (String(repeating: "n", count: 255), 127),
        // Two, four and 25 bytes a character.
        (String(repeating: "ä", count: 64), 126),
        ("n" + String(repeating: "ä", count: 64), 127),
        (String(repeating: "🚪", count: 32), 124),
        (String(repeating: "👨‍👩‍👧‍👦", count: 6), 125),
    ])
    func aLongerNameIsCutBetweenCharacters(name: String, bytes: Int) {
        let shown = DoorIdentity(name: name).displayName
        #expect(shown.utf8.count == bytes)
        #expect(name.hasPrefix(shown))
        #expect(Array(name).starts(with: Array(shown)))
    }
}
