import Base
import Events
import Messages

/// The protocol between the Doorkeeper and one kind of role: the controls that the role was given, and the reports that
/// can be true by them.
///
/// `meaning` is the table of all reports, one row each. It changes nothing.
protocol Conversation {
    associatedtype Control: RoleControl
    associatedtype Report
    /// A fact that only this kind of role can report.
    associatedtype Fact: Equatable

    static var role: Event.Role { get }

    /// Decodes a message; nil if it cannot be decoded.
    static func report(_ message: [UInt8]) -> Report?

    /// Notes that a role starts with these controls: it knows no earlier ones.
    mutating func begin(_ controls: [Control])

    /// Notes that the running role is sent more controls.
    mutating func give(_ controls: [Control])

    /// Returns what a report means, or that it cannot be true.
    ///
    /// - Parameter mayBeLoopback: whether packets can come from this host itself.
    func meaning(of report: Report, now: Milliseconds, mayBeLoopback: Bool) -> Meaning<Fact>

    /// Notes a fact that was accepted.
    mutating func note(_ fact: Fact, now: Milliseconds)
}

/// Result of judging one report.
enum Meaning<Fact> {
    /// It can be true by the role's controls.
    case fact(Fact)
    /// It cannot be true by the role's controls.
    case untrue
    /// It is true if the role was asked and has not answered yet.
    case answer
    /// It is true if it is the first of its kind from this role.
    case jail(JailReport)
    /// It is always accepted: it is the role's last message.
    case failure(String)
}

/// Reasons for killing a role, as they are logged.
enum Violation {
    static let meansNothing = "a message that cannot be decoded"
    static let untrue = "a message that cannot be true"
    static let silence = "no answer for \(DoorkeeperLimits.roleAnswer / 1000) s"
    /// The Verifier reports this about the Listener.
    static let badBatch = "a batch that cannot be decoded"
    static let accusations = "repeated accusations of the listener"

    static func size(_ size: Int) -> String { "a message of \(size) bytes" }
}
