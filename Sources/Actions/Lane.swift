/// A queue of its own for the commands of one holder at one door.
package struct Lane<Door: Hashable & Sendable, Holder: Hashable & Sendable>: Hashable, Sendable {
    package let door: Door
    package let holder: Holder

    package init(door: Door, holder: Holder) {
        self.door = door
        self.holder = holder
    }
}
