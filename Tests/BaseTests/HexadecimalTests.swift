import Base
import Testing

struct HexadecimalTests {
    @Test(
        arguments: [
            ("", []), ("00", [0]), ("0f10", [0x0F, 0x10]), ("deadbeef", [0xDE, 0xAD, 0xBE, 0xEF]), ("ff", [0xFF]),
            ("00010f10abff", [0, 1, 0x0F, 0x10, 0xAB, 0xFF]),
        ] as [(String, [UInt8])])
    func bytesAreReadAsTheyAreWritten(text: String, bytes: [UInt8]) {
        #expect(Hexadecimal.text(bytes) == text)
        #expect(Hexadecimal.bytes(Array(text.utf8)) == bytes)
    }

    @Test(arguments: ["0", "000", "0g", "g0", "FF", "fF", "+f", "-1", " 0", "0 ", "0x", "0\n", "ａ0", "/0", ":0", "`0"])
    func allElseIsNone(text: String) {
        #expect(Hexadecimal.bytes(Array(text.utf8)) == nil)
    }

    @Test func everyByteSurvivesARoundTrip() {
        let all = Array(0...UInt8.max)
        let text = Hexadecimal.text(all)
        #expect(text.utf8.count == 512)
        #expect(Hexadecimal.bytes(Array(text.utf8)) == all)
    }

    @Test(
        arguments: [
            (0, 16, "0000000000000000"), (0xAB, 4, "00ab"), (0x1F600, 4, "1f600"),
            (.max, 16, "ffffffffffffffff"),
        ] as [(UInt64, Int, String)])
    func zerosAreWrittenBeforeAShortNumber(number: UInt64, digits: Int, text: String) {
        #expect(Hexadecimal.text(number, digits: digits) == text)
    }
}
