import Base

/// A number for the content of files, by which two readings of them are compared (FNV-1a). It keeps no secret, and
/// nobody is meant to find two contents with one number.
struct ContentDigest: CustomStringConvertible {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Adds a file; its length too, so that it matters which file a line is in.
    mutating func add(_ content: [UInt8]) {
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: content.count >> shift)) }
        content.forEach { add($0) }
    }

    private mutating func add(_ byte: UInt8) {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    var description: String { Hexadecimal.text(hash, digits: 16) }
}
