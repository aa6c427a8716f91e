import Packets
import Testing

struct TCPFlagsTests {
    private static let flags: [TCPFlags] = [.fin, .syn, .rst, .psh, .ack, .urg]

    @Test(arguments: flags)
    func aFlagIsReadAsItIsWrittenInEitherCase(flag: TCPFlags) {
        #expect(TCPFlags(word: flag.description) == flag)
        #expect(TCPFlags(word: flag.description.uppercased()) == flag)
    }

    @Test(arguments: ["", "none", "syn,ack", "syn ", "sy", "ece", "1"])
    func allElseIsNone(word: String) {
        #expect(TCPFlags(word: word) == nil)
    }

    @Test func severalStandInTheOrderOfTheirBits() {
        #expect((TCPFlags.urg.union(.fin).union(.ack)).description == "fin,ack,urg")
        #expect(TCPFlags().description == "none")
    }
}
