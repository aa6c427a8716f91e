/// Limits of a key and its file; docs/LIMITS.md lists the limits of all modules.
package enum KeysLimits {
    /// Bytes of the name of a key or of a server; a longer one is refused.
    package static let nameBytes = 64
    /// Bytes of a key's file; a larger one is refused, and the key stays as it was.
    package static let fileBytes = 64 << 10
    /// Generations of a key; a file with more is refused, so that what is written is always small enough to be read
    /// again.
    package static let generations = 200
    /// Addresses of the server in a key's file; a file with more is refused, so that it stays small enough to be read.
    package static let addresses = 16
    /// How far the number of a generation that comes may lie above the newest; a file with a greater one is not
    /// imported, since it would use up those between.
    package static let numberJump = 200
    /// The greatest number of a generation; a file with a greater one is refused, and a key that has come to it cannot
    /// be rotated.
    package static let greatestNumber = 999_999_999
    /// Bytes of locked memory for secrets, tried in this order where the limit for such memory is low; what does not
    /// fit lies in memory that can be swapped out. Pages are taken as they are used.
    package static let secretMemory = [4 << 20, 512 << 10, 32 << 10]
}
