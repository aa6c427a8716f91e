/// FNV-1a with 64 bits: a number for bytes, by which contents are compared or files are named. It keeps no secret, and
/// nobody is meant to find two contents with one number.
package struct FNV1a: CustomStringConvertible {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    package init() {}

    /// Of these bytes alone.
    package init(_ bytes: some Sequence<UInt8>) { add(bytes) }

    package mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    /// Sixteen digits.
    package var description: String { Hexadecimal.text(hash, digits: 16) }
}
