import Base
import Decoding
import Knocks
import TestSupport
import Testing

/// A filter that can be asked within an expectation.
private final class Filter {
    private var filter = DuplicateFilter(hash: SipHash(key0: 1, key1: 2))

    func isNew(digest: UInt64, on interface: UInt32, at now: Milliseconds) -> Bool {
        filter.isNew(digest: digest, on: interface, at: now)
    }

    /// Asks for a captured frame.
    func isNew(_ bytes: [UInt8], _ linkType: LinkType, on interface: UInt32) throws -> Bool {
        let frame = try unsafe PacketDecoder(linkType: linkType).decodeFrame(bytes.span.bytes)
        return unsafe filter.isNew(frame, in: bytes.span.bytes, on: interface, at: 0)
    }
}

struct DuplicateFilterTests {
    private let bridge: UInt32 = 7
    private let port: UInt32 = 3
    private let bond: UInt32 = 0

    @Test func aPacketOnOneInterfaceIsNewEveryTime() {
        let filter = Filter()
        for moment in 0..<3000 where !filter.isNew(digest: 5, on: bridge, at: Milliseconds(moment)) {
            Issue.record("not at \(moment)")
        }
    }

    @Test func theOtherInterfacesCopyIsNot() {
        let filter = Filter()
        let seen = [bridge, port, bond].map { filter.isNew(digest: 5, on: $0, at: 0) }
        #expect(seen == [true, false, false])
    }

    @Test(arguments: [
        ("bbpp", "1100"), ("bpbp", "1010"), ("bppb", "1010"), ("pbbp", "1010"), ("ppbb", "1100"), ("bbbp", "1110"),
        ("bpppb", "10110"),
    ])
    func theOrderInWhichCapturesAreReadDoesNotMatter(order: String, expected: String) {
        let filter = Filter()
        let new = order.map { filter.isNew(digest: 5, on: $0 == "b" ? bridge : port, at: 1) ? "1" : "0" }
        #expect(new.joined() == expected)
    }

    @Test func otherPacketsAreOthers() {
        let filter = Filter()
        for digest in [0, 1, 512, 1024, UInt64.max] {
            #expect(filter.isNew(digest: digest, on: bridge, at: 0))
            #expect(!filter.isNew(digest: digest, on: port, at: 0))
        }
    }

    @Test func aCopyThatComesTooLateCountsAgain() {
        for (moment, isNew) in [(1999, false), (2000, true)] as [(Milliseconds, Bool)] {
            let filter = Filter()
            #expect(filter.isNew(digest: 5, on: bridge, at: 1000))
            #expect(filter.isNew(digest: 5, on: port, at: moment) == isNew)
        }
    }

    @Test func theWindowBeginsWithTheFirstSighting() {
        let filter = Filter()
        #expect(filter.isNew(digest: 5, on: bridge, at: 0))
        #expect(filter.isNew(digest: 5, on: bridge, at: 999))
        #expect(filter.isNew(digest: 5, on: port, at: 1000))
        #expect(!filter.isNew(digest: 5, on: bridge, at: 1001))
    }

    @Test func onMoreInterfacesThanAreCountedItIsNew() {
        let filter = Filter()
        let new = (1...6).map { filter.isNew(digest: 5, on: UInt32($0), at: 0) }
        #expect(new == [true, false, false, false, true, true])
    }

    @Test func whatThereIsNoRoomForCountsAgainAndNothingIsHeldBack() {
        let filter = Filter()
        // All in one set: the first is pushed out by the fifth.
        for number in 0..<5 {
            #expect(filter.isNew(digest: 512 * UInt64(number), on: bridge, at: Milliseconds(number)))
        }
        #expect(filter.isNew(digest: 0, on: port, at: 5))
        #expect(!filter.isNew(digest: 512 * 4, on: port, at: 5))
    }

    @Test func framesAreComparedByTheirPacketsAndVLANs() throws {
        let filter = Filter()
        let ip: [UInt8] =
            [0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 198, 18, 1, 2, 198, 18, 1, 1] + [0, 9, 0, 80, 0, 8, 0, 0]
        let addresses = [UInt8](repeating: 2, count: 12)
        #expect(try filter.isNew(ip, .rawIP, on: 1))
        #expect(try !filter.isNew(addresses + [8, 0] + ip + [0, 0, 0], .ethernet, on: 2))
        #expect(try filter.isNew(addresses + [0x81, 0, 0, 5, 8, 0] + ip, .ethernet, on: 2))
        #expect(try filter.isNew(addresses + [0x81, 0, 0, 6, 8, 0] + ip, .ethernet, on: 3))
        for place in ip.indices.dropFirst(12) {
            var other = ip
            other[place] ^= 1
            #expect(try filter.isNew(other, .rawIP, on: 3))
        }
    }

    @Test func itAgreesWithASlowModel() {
        var random = SeededGenerator.announced()
        let filter = Filter()
        var known: [UInt64: (first: Milliseconds, counts: [UInt32: Int])] = [:]
        var now: Milliseconds = 0
        var (new, copies) = (0, 0)
        for _ in 0..<20_000 {
            now += Milliseconds.random(in: 0...100, using: &random)
            // One packet a set: nothing is pushed out.
            let digest = UInt64.random(in: 0..<20, using: &random)
            let interface = UInt32.random(in: 0..<4, using: &random)
            if let first = known[digest]?.first, now - first >= 1000 { known[digest] = nil }
            var packet = known[digest] ?? (now, [:])
            packet.counts[interface, default: 0] += 1
            known[digest] = packet
            let elsewhere = packet.counts.filter { $0.key != interface }.values.max() ?? 0
            let expected = packet.counts[interface, default: 0] > elsewhere
            guard filter.isNew(digest: digest, on: interface, at: now) == expected else {
                Issue.record("packet \(digest) on \(interface) at \(now): not \(expected)")
                return
            }
            if expected { new += 1 } else { copies += 1 }
        }
        #expect(new > 1000 && copies > 1000)
    }

    @Test func neverAreFewerNewThanAnInterfaceHasSeen() {
        var random = SeededGenerator.announced()
        let filter = Filter()
        var seen: [[UInt32]: Int] = [:]
        var new: [UInt32: Int] = [:]
        for step in 0..<30_000 {
            // Twelve packets in a set that has room for four.
            let packet = UInt32.random(in: 0..<12, using: &random)
            let interface = UInt32.random(in: 0..<5, using: &random)
            seen[[packet, interface], default: 0] += 1
            if filter.isNew(digest: 512 * UInt64(packet), on: interface, at: Milliseconds(step)) {
                new[packet, default: 0] += 1
            }
            guard new[packet, default: 0] >= seen[[packet, interface], default: 0] else {
                Issue.record("packet \(packet) was held back on \(interface) in step \(step)")
                return
            }
        }
    }
}
