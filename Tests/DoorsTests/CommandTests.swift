import Base
import Doors
import Packets
import Testing

/// Tests of what follows from how the commands of openings end: doors that differ in their commands, and what happens at
/// them for one address.
protocol CommandTests {
    var house: House { get }
}

extension CommandTests {
    var address: IPAddress { IPAddress(ipv4: 0xC612_0102) }

    func door(
        _ name: String = "ssh", start: String = "open %IP%", stop: String = "close %IP%", check: String? = nil,
        openFor: Milliseconds = 10_000, reknock: Door.Reknock = .auto, isPlain: Bool = true
    ) throws -> Door {
        let closing = ActionTemplate(stop)
        let actions = Door.Actions(
            start: try #require(ActionTemplate(start)), stop: closing,
            check: check.flatMap { ActionTemplate($0) }, isPlain: isPlain)
        return try Sample.door(name, actions: actions, actionsIPv6: actions, openFor: openFor, reknock: reknock)
    }

    func knock(_ door: Door, from other: IPAddress? = nil, at now: Milliseconds) throws -> OpenDoors.KnockOutcome {
        let proof = Proof(of: .sequence, at: door, address: other ?? address)
        return house.state.knock(proof, at: door, try #require(door.actions), now: now)
    }

    func key(_ door: Door) -> OpeningKey { OpeningKey(door: door.identity, address: address) }

    /// Opens a door for the address; nothing has failed.
    @discardableResult
    func open(_ door: Door, at now: Milliseconds) throws -> Opening {
        guard case .begin(let opening) = try knock(door, at: now) else { throw Unexpected() }
        #expect(house.state.readyToStart(opening.key, now: now).last == .start(opening))
        return try #require(house.started(opening.key, succeeded: true, now: now))
    }

    /// The stop command of the address's opening has failed.
    func fail(_ door: Door, at now: Milliseconds) -> OpenDoors.StopOutcome {
        house.state.stopped(key(door), succeeded: false, now: now)
    }
}
