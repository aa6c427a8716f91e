import Base
import Events
import Packets

@testable import Doorkeeper

/// Names that the test lets be found.
final class FakeNames: NameSource {
    private(set) var asked: [(address: IPAddress, isForProof: Bool)] = []
    private var found: [IPAddress: NameStanding] = [:]
    /// Whether there is room for questions.
    var hasRoom = true

    func ask(for address: IPAddress, isForProof: Bool, now: Milliseconds) -> NameStanding {
        if found[address] == nil, hasRoom {
            asked.append((address, isForProof))
            found[address] = .awaited
        }
        return standing(of: address, now: now)
    }

    func standing(of address: IPAddress, now: Milliseconds) -> NameStanding { found[address] ?? .settled(nil) }

    func find(_ name: String?, of address: IPAddress) { found[address] = .settled(name.flatMap(HostName.init)) }
}
