import Messages
import Packets
import Testing

@testable import Doorkeeper

struct ControlQueueTests {
    private var queue = ControlQueue<ListenerControl>()

    private func configuration(_ doorList: UInt32) -> [ListenerControl] {
        [.localAddress(IPAddress(high: 0, low: UInt64(doorList))), .apply(doorList: doorList)]
    }

    /// What goes out while there is room for so many messages.
    private mutating func sent(room: Int = .max) -> [ListenerControl] {
        var sent: [ListenerControl] = []
        queue.send { message in
            guard sent.count < room, let control = ListenerControl(message) else { return false }
            sent.append(control)
            return true
        }
        return sent
    }

    @Test mutating func whatThereIsRoomForGoesOutInOrder() {
        let capture = ListenerControl.capture(interface: "eth0", isLoopback: false, onlyIPv4: false)
        queue.append([capture] + configuration(1))
        queue.append([.ping])
        #expect(sent(room: 2) == [capture, configuration(1)[0]])
        #expect(!queue.isEmpty)
        #expect(sent() == [configuration(1)[1], .ping])
        #expect(queue.isEmpty)
        #expect(sent().isEmpty)
    }

    @Test mutating func whatWaitsIsCountedAConfigurationAsOne() {
        #expect(queue.count == 0)
        for doorList in 1...10 { queue.append(configuration(UInt32(doorList))) }
        #expect(queue.count == 1)
        for _ in 0..<5 { queue.append([.ping]) }
        #expect(queue.count == 6)
        #expect(sent(room: 3).count == 3)
        #expect(queue.count == 4)
        _ = sent()
        #expect(queue.count == 0)
    }

    @Test mutating func aConfigurationThatHasBegunIsSentToItsEndAndOfTheOthersTheNewest() {
        queue.append(configuration(1))
        #expect(sent(room: 1) == [configuration(1)[0]])
        for doorList in 2...1000 { queue.append(configuration(UInt32(doorList))) }
        #expect(sent() == [configuration(1)[1]] + configuration(1000))
    }

    @Test mutating func nothingElseIsLeftOut() {
        let capture = ListenerControl.capture(interface: "eth0", isLoopback: false, onlyIPv4: false)
        queue.append([capture] + configuration(1))
        queue.append([.release(interface: "eth1")])
        queue.append(configuration(2))
        queue.append([.ping])
        #expect(sent() == [capture, .release(interface: "eth1")] + configuration(2) + [.ping])
    }
}
