import Base

/// A number for the content of files, by which two readings of them are compared.
struct ContentDigest: CustomStringConvertible {
    private var hash = FNV1a()

    /// Adds a file; its length too, so that it matters which file a line is in.
    mutating func add(_ content: [UInt8]) {
        hash.add(stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: content.count >> $0) })
        hash.add(content)
    }

    var description: String { hash.description }
}
