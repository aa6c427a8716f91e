package import Base
package import Keys

/// Which signed knocks open a door, and what they may ask for.
package struct SignedDoor: Equatable, Sendable {
    /// The keys that a door lists.
    package enum Keys: Equatable, Sendable {
        /// Every key that there is.
        case all
        case named(Set<KeyName>)
    }

    /// What a knock has to say of the address.
    package enum AddressRule: Equatable, Sendable {
        /// Nothing; an address that it names must be the packet's source.
        case observed
        /// It must name the packet's source.
        case bound
    }

    package let keys: Keys
    package let addressRule: AddressRule
    /// Listed keys that may open for other addresses than the one that they knock from.
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
