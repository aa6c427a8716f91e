/// Numbers padded with zeros, in any radix.
enum Digits {
    /// At least `count` digits, in lower case.
    static func text(_ number: some BinaryInteger, radix: Int, atLeast count: Int) -> String {
        let digits = String(number, radix: radix)
        return String(repeating: "0", count: max(count - digits.count, 0)) + digits
    }
}
