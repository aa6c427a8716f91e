import Base
import Testing

struct CountedTests {
    @Test func aNounAgreesWithItsNumber() {
        #expect(Counted.text(0, "door") == "0 doors")
        #expect(Counted.text(1, "door") == "1 door")
        #expect(Counted.text(UInt64(2), "door") == "2 doors")
        #expect(Counted.text(1, "address", plural: "addresses") == "1 address")
        #expect(Counted.text(3, "address", plural: "addresses") == "3 addresses")
    }

    @Test(arguments: [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
        (22, "22nd"), (101, "101st"), (111, "111th"), (0, "0th"),
    ])
    func ordinalsHaveTheirEndings(number: Int, text: String) {
        #expect(Counted.ordinal(number) == text)
    }
}
