/// Limits of the part of a packet that is kept; docs/LIMITS.md lists the limits of all modules.
package enum PacketsLimits {
    /// Bytes of a packet that tell it from others; what lies behind is not compared. So what was captured of it on two
    /// link types, whose headers differ in length, is the same.
    package static let identifyingBytes = 256
}
