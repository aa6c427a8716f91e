/// What a log line takes from others; docs/LIMITS.md lists the limits of all modules.
package enum EventsLimits {
    /// Bytes of a host's name in a log line; the line goes without a longer one. DNS has none (RFC 1035, 2.3.4).
    package static let hostNameBytes = 253
}
