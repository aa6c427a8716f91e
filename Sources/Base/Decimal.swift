/// Numbers as people write them: ASCII digits and nothing else, neither sign nor space. Zeros may stand before them.
package enum Decimal {
    /// The value of a text, or nil if it is no number or beyond 63 bits.
    package static func number(_ text: some StringProtocol) -> Int64? { number(Array(text.utf8)[...]) }

    /// The value of bytes, or nil if they are no number or one beyond 63 bits.
    package static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.isEmpty { return nil }
        var number: Int64 = 0
        for byte in bytes {
            guard isDigit(byte) else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeNow) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if isTooLarge || isTooLargeNow { return nil }
            number = sum
        }
        return number
    }

    /// Whether a text is a number, however large.
    package static func isNumber(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isDigit)
    }

    /// Whether a byte is an ASCII digit.
    package static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9") }

    /// The text of a number that is not negative, with zeros before it where it has fewer digits.
    package static func text(_ number: Int64, digits: Int) -> String {
        Digits.text(number, radix: 10, atLeast: digits)
    }
}
