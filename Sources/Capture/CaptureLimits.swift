/// What a capture takes of packets, in bytes, in time and in number; docs/LIMITS.md lists the limits of all modules.
package enum CaptureLimits {
    /// Bytes of a packet that are captured, as many as link, IPv6 with extension headers and TCP can need; the rest is
    /// not read.
    package static let capturedBytes: Int32 = 512
    /// Milliseconds for which the kernel may hold packets back; then it hands them over. libpcap's ring of 2 MiB has 8
    /// blocks, and a block with a packet in it is handed over, full or not, when this time is up: a process that gets
    /// no turn loses packets after eight times as long, however few there are.
    package static let holdBack: Int32 = 40
    /// Packets that one capture hands over in one go; the rest comes in the next turn, so that other captures get
    /// theirs.
    package static let packetsATurn = 256
}
