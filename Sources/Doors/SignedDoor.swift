package import Base
package import Keys

/// A door's rules for signed knocks.
package struct SignedDoor: Equatable, Sendable {
    /// The keys that a door lists.
    package enum Keys: Equatable, Sendable {
        /// Every key.
        case all
        case named(Set<KeyName>)
    }

    /// Rule about the address in a knock.
    package enum AddressRule: Equatable, Sendable {
        /// The knock may name no address. If it names one, that must be the packet's source.
        case observed
        /// The knock must name the packet's source.
        case bound
    }

    package let keys: Keys
    package let addressRule: AddressRule
    /// Listed keys that may open for an address other than their packet's source.
    package let delegates: Set<KeyName>
    /// The longest time that a knock may ask for.
    package let longest: Milliseconds

    package init(keys: Keys, addressRule: AddressRule, delegates: Set<KeyName>, longest: Milliseconds) {
        self.keys = keys
        self.addressRule = addressRule
        self.delegates = delegates
        self.longest = longest
    }

    /// Whether the door lists a key.
    package func lists(_ key: KeyName) -> Bool {
        switch keys {
        case .all: true
        case .named(let names): names.contains(key)
        }
    }
}
