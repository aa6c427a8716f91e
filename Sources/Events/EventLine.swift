import Base
import Packets

/// An event as each of the daemon's outputs has it: the one place that knows the line format.
///
/// The lines that knockd has too are verbatim knockd's, since people's filters read them.
package struct EventLine: Equatable, Sendable {
    /// For the log file and the system log; nil if they do not have it.
    package let log: String?
    /// For standard output, with -v; nil if it does not have it.
    package let output: String?
    /// For standard error; nil if it does not have it.
    package let error: String?

    /// - Parameter name: the name of the address that the line begins with; lines that begin with none have no place
    ///   for it.
    package init(_ event: Event, name: HostName? = nil) {
        self.init(event.facts, name: name)
    }

    package init(_ facts: EventFacts, name: HostName? = nil) {
        // `ADDRESS (NAME): …`, as knockd's --lookup has it.
        let address = facts.source.map { "\($0)\(name.map { " (\($0))" } ?? ""): " } ?? ""
        let beginning = address + (facts.door.map { "\($0): " } ?? "")
        func line(_ text: String) -> String { PrintableText.line(beginning + text) }
        log = facts.log.map(line)
        output = facts.output.map(line)
        error = facts.complaint ?? (facts.severity == .error ? log : nil)
    }
}
