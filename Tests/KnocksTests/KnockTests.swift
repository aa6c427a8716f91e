import Knocks
import Packets
import Testing

struct KnockTests {
    @Test(arguments: [
        (Knock(.tcp, 7000), "7000:tcp"), (Knock(.udp, 53), "53:udp"), (Knock(.tcp, 1), "1:tcp"),
        (Knock(.udp, 65535), "65535:udp"),
    ])
    func aKnockIsWrittenAsInKnockdConf(knock: Knock, text: String) {
        #expect(knock.description == text)
    }

    @Test func aPacketIsAKnockAtItsDestinationPort() {
        #expect(Knock(tcp(7000)) == Knock(.tcp, 7000))
        #expect(Knock(tcp(7000, [.rst, .ack])) == Knock(.tcp, 7000))
        #expect(Knock(udp(7000)) == Knock(.udp, 7000))
    }

    @Test func protocolAndPortBothCount() {
        #expect(Knock(.tcp, 7000) != Knock(.udp, 7000))
        #expect(Knock(.tcp, 7000) != Knock(.tcp, 7001))
    }

    @Test func protocolsAreNumberedAsInTheIPHeader() {
        #expect(Knock.TransportProtocol.tcp.rawValue == 6)
        #expect(Knock.TransportProtocol.udp.rawValue == 17)
    }
}
