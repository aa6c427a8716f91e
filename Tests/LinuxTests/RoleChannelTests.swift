import Glibc
import Testing

@testable import Linux

/// Two ends of one channel.
private struct Pair {
    let near: RoleChannel
    let far: RoleChannel

    init(nearSize: Int = 16, farSize: Int = 16) throws {
        let (one, other) = try RoleChannel.socketPair()
        near = try RoleChannel(one, messageSize: nearSize)
        far = try RoleChannel(other, messageSize: farSize)
    }
}

private func message(_ byte: UInt8, _ size: Int = 16) -> [UInt8] { Array(repeating: byte, count: size) }

extension RoleChannel.Received {
    /// In words, to be compared.
    fileprivate var text: String {
        switch self {
        case .message(let bytes): "\(bytes.count) times \(bytes.first ?? 0)"
        case .wrongSize(let size): "wrong size \(size)"
        case .nothing: "nothing"
        case .closed: "closed"
        }
    }
}

struct RoleChannelTests {
    @Test func messagesArriveWholeAndInTheirOrder() throws {
        let pair = try Pair()
        #expect(pair.far.receive().text == "nothing")
        #expect(pair.near.send(message(1)) == .sent)
        #expect(pair.near.send(message(2)) == .sent)
        #expect(pair.far.send(message(3)) == .sent)
        #expect(pair.far.receive().text == "16 times 1")
        #expect(pair.far.receive().text == "16 times 2")
        #expect(pair.far.receive().text == "nothing")
        #expect(pair.near.receive().text == "16 times 3")
    }

    @Test(arguments: [(1, 1), (15, 15), (17, 17), (18, 17), (4096, 17)])
    func aMessageOfAnotherSizeShows(size: Int, shown: Int) throws {
        let pair = try Pair(nearSize: size)
        #expect(pair.near.send(message(1, size)) == .sent)
        #expect(pair.far.receive().text == "wrong size \(shown)")
        #expect(pair.far.receive().text == "nothing", "and nothing of it is left")
    }

    @Test func whatWasSentBeforeTheEndStillArrives() throws {
        let (one, other) = try RoleChannel.socketPair()
        let far = try RoleChannel(other, messageSize: 16)
        do {
            let near = try RoleChannel(Descriptor(owning: dup(one.number)), messageSize: 16)
            #expect(near.send(message(1)) == .sent)
        }
        #expect(far.receive().text == "16 times 1")
        #expect(far.receive().text == "nothing", "another copy of the end is open")
    }

    @Test func whatWasSentBeforeTheEndArrivesAlsoWhenItLeftMessagesUnread() throws {
        var pair: Pair? = try Pair()
        let near = try #require(pair?.near)
        #expect(near.send(message(1)) == .sent)
        #expect(pair?.far.send(message(2)) == .sent)
        pair = nil
        #expect(near.receive().text == "16 times 2")
        #expect(near.receive().text == "closed")
    }

    @Test func anEndThatHasGoneShows() throws {
        let (one, other) = try RoleChannel.socketPair()
        let far = try RoleChannel(other, messageSize: 16)
        do {
            let near = try RoleChannel(one, messageSize: 16)
            #expect(near.send(message(1)) == .sent)
            #expect(shutdown(near.descriptor.number, Int32(SHUT_RDWR)) == 0)
        }
        #expect(far.receive().text == "16 times 1")
        #expect(far.receive().text == "closed")
        #expect(far.receive().text == "closed")
        #expect(far.send(message(1)) == .closed)
    }

    @Test func aFullChannelHasRoomAgainWhenItIsRead() throws {
        let pair = try Pair()
        var sent = 0
        while pair.near.send(message(UInt8(truncatingIfNeeded: sent))) == .sent { sent += 1 }
        #expect(sent > 1)
        #expect(pair.near.send(message(0)) == .full)
        let room = [Poller.Interest(pair.near.descriptor.number, forRoom: true)]
        #expect(Poller.wait(room, timeout: 0) == [false])
        for number in 0..<sent {
            #expect(pair.far.receive().text == "16 times \(UInt8(truncatingIfNeeded: number))")
        }
        #expect(pair.far.receive().text == "nothing")
        #expect(Poller.wait(room, timeout: 5000) == [true])
        #expect(pair.near.send(message(0)) == .sent)
    }

    @Test(arguments: [4096, 16_384, 65_536])
    func messagesMayHaveManyKilobytes(size: Int) throws {
        let pair = try Pair(nearSize: size, farSize: size)
        for byte in 1...3 as ClosedRange<UInt8> { #expect(pair.near.send(message(byte, size)) == .sent) }
        for byte in 1...3 { #expect(pair.far.receive().text == "\(size) times \(byte)") }
        #expect(pair.far.receive().text == "nothing")
    }

    @Test func nothingIsLeftOfAMessageThatIsWiped() throws {
        let pair = try Pair()
        #expect(pair.near.send(message(0xAA)) == .sent)
        #expect(pair.far.receive().text == "16 times 170")
        #expect(pair.far.buffer.contains(0xAA))
        pair.far.wipe()
        #expect(pair.far.buffer == message(0, 17))
        #expect(pair.near.send(message(3)) == .sent)
        #expect(pair.far.receive().text == "16 times 3", "and it goes on")
    }

    @Test func noOtherProgramInheritsAChannel() throws {
        let pair = try Pair()
        for channel in [pair.near, pair.far] {
            let path = "/proc/self/fdinfo/\(channel.descriptor.number)"
            let lines = String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n")
            let flags = lines.first { $0.hasPrefix("flags:") }?.split(separator: "\t").last
            let bits = flags.flatMap { UInt32($0, radix: 8) } ?? 0
            #expect(bits & UInt32(O_CLOEXEC) != 0)
            #expect(bits & UInt32(O_NONBLOCK) != 0)
        }
    }
}
