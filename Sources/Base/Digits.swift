/// Numbers with zeros before them, in any notation.
enum Digits {
    /// At least so many digits, in lower case.
    static func text(_ number: some BinaryInteger, radix: Int, atLeast count: Int) -> String {
        let digits = String(number, radix: radix)
        return String(repeating: "0", count: max(count - digits.count, 0)) + digits
    }
}
