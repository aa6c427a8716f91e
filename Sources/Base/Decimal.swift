/// Decimal numbers as people write them: ASCII digits only, no sign, no spaces; leading zeros are allowed.
package enum Decimal {
    /// The value of a text; nil if it is not a number or exceeds 63 bits.
    package static func number(_ text: some StringProtocol) -> Int64? { number(Array(text.utf8)[...]) }

    /// The value of these bytes; nil if they are not a number or exceed 63 bits.
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

    /// The text of a non-negative number, padded with zeros to at least `digits` digits.
    package static func text(_ number: Int64, digits: Int) -> String {
        Digits.text(number, radix: 10, atLeast: digits)
    }
}
