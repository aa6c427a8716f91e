import Doors
import Keys
import Testing

/// Who can hold an opening.
struct HolderTests {
    @Test(arguments: ["", "laptop"])
    func aNameInALedgerIsReadBack(name: String) {
        #expect(Holder(recordName: name)?.recordName == name)
    }

    @Test(arguments: [" ", "-x", ".key"])
    func whatIsNobodysNameIsNotRead(name: String) {
        #expect(Holder(recordName: name) == nil)
    }

    @Test func aDoorAdmitsThoseThatItCounts() throws {
        let (laptop, phone) = (try Sample.key("laptop"), try Sample.key("phone"))
        func makeDoor(_ hasSequence: Bool, _ keys: SignedDoor.Keys?) throws -> Door {
            try Sample.door(
                hasSequence: hasSequence,
                signed: keys.map { SignedDoor(keys: $0, addressRule: .observed, delegates: [], longest: 1) },
                actions: nil, actionsIPv6: nil)
        }
        for (hasSequence, keys, isListed, count) in [
            (true, nil, false, 1), (false, nil, false, 0), (true, .all, true, 6), (false, .named([laptop]), true, 1),
            (true, .named([phone]), false, 2),
        ] as [(Bool, SignedDoor.Keys?, Bool, Int)] {
            let door = try makeDoor(hasSequence, keys)
            #expect(door.admits(.sequence) == hasSequence)
            #expect(door.admits(.key(laptop)) == isListed)
            #expect(door.holderCount(keys: 5) == count)
        }
    }
}
