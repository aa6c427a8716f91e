// The whole thing from outside: a real daemon, real packets, a real firewall, in network namespaces made for each test
// and removed after it. Each scenario has a numbered file, which opens with what it shows.
import Testing

/// All scenarios, several at a time; those that measure are `.alone`, after the others.
@Suite(.inTurns, .enabled(if: Host.isReady, "needs root and the tools \(Host.tools.joined(separator: ", "))"))
enum EndToEnd {}
