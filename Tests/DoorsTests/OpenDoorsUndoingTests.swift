import Doors
import Packets
import Testing

/// What is taken back of a change that came to nothing.
struct OpenDoorsUndoingTests {
    private func door() throws -> Door {
        let actions = Door.Actions(
            start: try #require(ActionTemplate("open %IP%")), stop: ActionTemplate("close all"))
        return try Sample.door(actions: actions, actionsIPv6: nil)
    }

    private func proof(_ door: Door, _ address: String) throws -> Proof {
        Proof(of: .sequence, at: door, address: try #require(IPAddress(address)))
    }

    private func key(_ door: Door, _ address: String) throws -> OpeningKey {
        OpeningKey(door: door.identity, address: try #require(IPAddress(address)))
    }

    @Test func anOpeningIsWhatItWasAndItsPlaceIsFree() throws {
        let door = try door()
        let actions = try #require(door.actions)
        var doors = OpenDoors()
        let key = try key(door, "198.18.1.2")
        for _ in 0..<3 * door.maxOpenings {
            let former = doors.state(of: key)
            guard case .begin = doors.knock(try proof(door, "198.18.1.2"), at: door, actions, now: 0) else {
                throw Unexpected()
            }
            doors.restore(key, to: former)
            #expect(doors.isEmpty && doors.state(of: key) == former)
        }
    }

    @Test func theDutyToStopForAnotherIsKept() throws {
        let door = try door()
        let actions = try #require(door.actions)
        var doors = OpenDoors()
        let (one, other) = (try key(door, "198.18.1.2"), try key(door, "198.18.1.3"))
        _ = doors.knock(try proof(door, "198.18.1.2"), at: door, actions, now: 0)
        _ = doors.readyToStart(one, now: 0)
        _ = doors.running(one, nil)
        _ = doors.started(one, .succeeded, now: 0)
        _ = doors.knock(try proof(door, "198.18.1.3"), at: door, actions, now: 5000)
        // The first ends, and leaves what it has opened to the second, which was never started.
        _ = doors.due(at: 10_000)
        #expect(doors[one] == nil)
        doors.restore(other, to: doors.state(of: other))
        let steps = doors.giveUp(other, now: 10_000)
        #expect(steps?.contains { if case .stop = $0 { true } else { false } } ?? false)
    }
}
