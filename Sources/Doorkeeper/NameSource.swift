import Base
import Events
import Packets

/// How far the search for an address's name has come.
enum NameStanding: Equatable {
    /// This is it, or there is none, or none to be had.
    case settled(HostName?)
    /// It was asked for.
    case awaited
}

/// Who knows names: the Resolver, or a recorder in tests.
protocol NameSource: AnyObject {
    /// Asks for the name of an address, unless it is known or there is no room for the question.
    ///
    /// - Parameter isForProof: whether who has the address has proven something; proofs go before strangers.
    func ask(for address: IPAddress, isForProof: Bool, now: Milliseconds) -> NameStanding
    /// How far that has come.
    func standing(of address: IPAddress, now: Milliseconds) -> NameStanding
}
