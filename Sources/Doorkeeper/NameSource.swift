import Base
import Events
import Packets

/// State of the look-up of an address's name.
enum NameStanding: Equatable {
    /// The look-up has ended: with this name, or without one.
    case settled(HostName?)
    /// The look-up is under way.
    case awaited
}

/// A source of names: the Resolver, or a recorder in tests.
protocol NameSource: AnyObject {
    /// Starts a look-up, unless the name is known or there is no room for it.
    ///
    /// - Parameter isForProof: whether the address has given a proof. Those go before strangers.
    func ask(for address: IPAddress, isForProof: Bool, now: Milliseconds) -> NameStanding
    /// The state of an address's look-up. It starts none.
    func standing(of address: IPAddress, now: Milliseconds) -> NameStanding
}
