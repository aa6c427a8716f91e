// The whole thing from outside: a real daemon, real packets, a real firewall, in network namespaces made for each test
// and removed after it. Each scenario has a numbered file, which opens with what it shows.
import Testing

/// All scenarios, one at a time: several of them measure time.
@Suite(.serialized, .enabled(if: Host.isReady, "needs root and the tools \(Host.tools.joined(separator: ", "))"))
enum EndToEnd {}
