import Base

/// A digest of files' content, which shows whether a second reading found the same.
struct ContentDigest: CustomStringConvertible {
    private var hash = FNV1a()

    /// Adds a file. Its length is hashed too, so that moving a line to the next file changes the digest.
    mutating func add(_ content: [UInt8]) {
        hash.add(stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: content.count >> $0) })
        hash.add(content)
    }

    var description: String { hash.description }
}
