/// Whose command it is: that of one holder at one door. A door's commands are in as many lanes as it has holders.
package struct Lane<Door: Hashable & Sendable, Holder: Hashable & Sendable>: Hashable, Sendable {
    package let door: Door
    package let holder: Holder

    package init(door: Door, holder: Holder) {
        self.door = door
        self.holder = holder
    }
}
