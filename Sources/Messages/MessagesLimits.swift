/// Limits of the messages between roles; docs/LIMITS.md lists the limits of all modules.
package enum MessagesLimits {
    /// Bytes of each message between the Doorkeeper and another role: room for a sequence of 32 knocks. A role that
    /// sends more or fewer is ended.
    package static let messageBytes = 256
    /// Bytes of each message between Listener and Verifier: 29 datagrams or 340 hints. A role that sends more or fewer
    /// is ended.
    package static let linkMessageBytes = 4096
    /// Generations whose hints a Listener takes; a message that names one with a greater number is refused.
    package static let hintGenerations: UInt32 = 1 << 20
    /// Bytes of a host's name that fit a message of the Resolver behind kind, address and length; a longer one counts
    /// as none. DNS has names of 253, nobody uses them, and one that is cut could pass for another.
    package static let hostNameBytes = messageBytes - 18
}
