import Base
import Testing

@testable import Linux

struct PollerTests {
    @Test func eachDescriptorHasItsOwnAnswer() throws {
        let (one, other) = try RoleChannel.socketPair()
        let near = try RoleChannel(one, messageSize: 1)
        #expect(near.send([1]) == .sent)
        let interests = [
            Poller.Interest(one.number), Poller.Interest(other.number), Poller.Interest(-1),
            Poller.Interest(one.number, forRoom: true),
        ]
        #expect(Poller.wait(interests, timeout: 5000) == [false, true, false, true])
    }

    @Test func theTimeIsUpWithoutAnything() throws {
        let (one, other) = try RoleChannel.socketPair()
        for timeout in [-5, 0, 1] as [Milliseconds] {
            #expect(Poller.wait([Poller.Interest(one.number)], timeout: timeout) == [false])
        }
        #expect(Poller.wait([], timeout: 1) == [])
        withExtendedLifetime(other) {}
    }

    @Test func anEndThatHasGoneIsReady() throws {
        let near: Descriptor
        do { near = try RoleChannel.socketPair().0 }
        #expect(Poller.wait([Poller.Interest(near.number)], timeout: 5000) == [true])
    }
}
