package import Packets

/// Text, severity, source and door of an event.
///
/// A line is `ADDRESS: DOOR: TEXT`, without the parts that the event does not have.
package struct EventFacts: Equatable, Sendable {
    package enum Severity: Sendable {
        case notice
        /// The operator has to act. It goes to standard error too.
        case error
    }

    package let severity: Severity
    /// The address that begins the line.
    package let source: IPAddress?
    /// The door's name as written in the line.
    package let door: String?
    /// Text for the log file and the system log; nil if it is not logged.
    package private(set) var log: String?
    /// Text for standard output, with -v; nil if it is not written there.
    package private(set) var output: String?
    /// knockd's text for standard error, in place of the line.
    package private(set) var complaint: String?

    init(_ text: String, _ severity: Severity = .notice, door: String? = nil, from source: IPAddress? = nil) {
        self.severity = severity
        self.source = source
        self.door = door
        (log, output) = (text, text)
    }

    /// Returns the facts with another text for standard output, or none.
    func output(_ text: String?) -> EventFacts {
        var facts = self
        facts.output = text
        return facts
    }

    /// Returns the facts with another text for standard error.
    func complaint(_ text: String) -> EventFacts {
        var facts = self
        facts.complaint = text
        return facts
    }

    /// The facts for standard output only.
    var forOutputOnly: EventFacts {
        var facts = self
        facts.log = nil
        return facts
    }
}
