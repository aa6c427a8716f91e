import Packets
import Testing

@testable import Knocks

struct SequenceDoorTests {
    private let local: Set<IPAddress> = [address("198.18.1.1"), address("fd00:198:18:1::1")]

    @Test(arguments: [
        ("198.18.1.1", true), ("fd00:198:18:1::1", true), ("198.18.1.3", false), ("198.18.1.255", false),
        ("fd00:198:18:1::3", false),
    ])
    func withoutATargetOwnAddressesCount(destination: String, isSeen: Bool) {
        #expect(door(7000).sees(tcp(7000, to: destination), localAddresses: local) == isSeen)
    }

    @Test(arguments: [("198.18.1.1", false), ("fd00:198:18:1::1", false), ("198.18.1.3", true), ("198.18.1.4", false)])
    func withATargetItAloneCounts(destination: String, isSeen: Bool) {
        #expect(door(7000, target: "198.18.1.3").sees(tcp(7000, to: destination), localAddresses: local) == isSeen)
    }

    @Test func withoutOwnAddressesOnlyATargetCanBeSeen() {
        #expect(!door(7000).sees(tcp(7000), localAddresses: []))
        #expect(door(7000, target: server).sees(tcp(7000), localAddresses: []))
    }

    @Test func theTargetsTextNeedNotBeCanonical() {
        let door = door(7000, target: "FD00:0198:18:1:0::3")
        #expect(door.sees(tcp(7000, to: "fd00:198:18:1::3"), localAddresses: local))
    }

    @Test(arguments: [(.syn, true), ([.syn, .ack], false), (.ack, false), ([], false)] as [(TCPFlags, Bool)])
    func aSegmentMustHaveTheFlags(flags: TCPFlags, isSeen: Bool) {
        let door = door(7000, flags: TCPFlagRule(required: .syn, forbidden: .ack))
        #expect(door.sees(tcp(7000, flags), localAddresses: local) == isSeen)
    }

    @Test func flagsDoNotMatterToADatagram() {
        #expect(door(7000, flags: TCPFlagRule(required: .fin)).sees(udp(7000), localAddresses: local))
    }

    @Test func whetherAPortIsInTheSequenceIsAnotherQuestion() {
        #expect(door(7000).sees(tcp(22), localAddresses: local))
    }
}

extension SequenceDoor {
    fileprivate func sees(_ packet: Packet, localAddresses: Set<IPAddress>) -> Bool {
        blindness(to: packet, localAddresses: localAddresses) == nil
    }
}
