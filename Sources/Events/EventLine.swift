import Base
import Packets

/// An event as text for each output. Only this file defines the line format.
///
/// Lines that knockd writes too are knockd's byte for byte, since users filter logs by them.
package struct EventLine: Equatable, Sendable {
    /// Line for the log file and the system log; nil if it is not logged.
    package let log: String?
    /// Line for standard output, with -v; nil if it is not written there.
    package let output: String?
    /// Line for standard error; nil if it is not written there.
    package let error: String?

    /// - Parameter name: name of the address that begins the line. Lines without an address do not use it.
    package init(_ event: Event, name: HostName? = nil) {
        self.init(event.facts, name: name)
    }

    package init(_ facts: EventFacts, name: HostName? = nil) {
        // `ADDRESS (NAME): …`, as in knockd with --lookup.
        let address = facts.source.map { "\($0)\(name.map { " (\($0))" } ?? ""): " } ?? ""
        let beginning = address + (facts.door.map { "\($0): " } ?? "")
        func line(_ text: String) -> String { PrintableText.line(beginning + text) }
        log = facts.log.map(line)
        output = facts.output.map(line)
        error = facts.complaint ?? (facts.severity == .error ? log : nil)
    }
}
