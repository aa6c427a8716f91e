package import Packets

/// What an event says: in words, how much it matters, and of whom.
///
/// A line is `ADDRESS: DOOR: TEXT`, without what there is not.
package struct EventFacts: Equatable, Sendable {
    package enum Severity: Sendable {
        case notice
        /// The operator has something to mend: standard error has it too.
        case error
    }

    package let severity: Severity
    /// Whose address the line begins with.
    package let source: IPAddress?
    /// The door's name as it stands in the line.
    package let door: String?
    /// For the log file and the system log; nil if they do not have it.
    package private(set) var log: String?
    /// For standard output, with -v; nil if it does not have it.
    package private(set) var output: String?
    /// What standard error has in the line's place: knockd's words.
    package private(set) var complaint: String?

    init(_ text: String, _ severity: Severity = .notice, door: String? = nil, from source: IPAddress? = nil) {
        self.severity = severity
        self.source = source
        self.door = door
        (log, output) = (text, text)
    }

    /// The same, with other words for standard output, or none.
    func output(_ text: String?) -> EventFacts {
        var facts = self
        facts.output = text
        return facts
    }

    /// The same, with other words for standard error.
    func complaint(_ text: String) -> EventFacts {
        var facts = self
        facts.complaint = text
        return facts
    }

    /// The same, for standard output alone.
    var forOutputOnly: EventFacts {
        var facts = self
        facts.log = nil
        return facts
    }
}
