import Base
import Events
import Messages

/// What is said between the Doorkeeper and one kind of role: what the role was given, and by that which of its reports can be
/// true.
///
/// It is a value, and judges without changing: `meaning` is the table of what may be said and when, one row a report.
protocol Conversation {
    associatedtype Control: RoleControl
    associatedtype Report
    /// What a report says that this role alone can make.
    associatedtype Fact: Equatable

    static var role: Event.Role { get }

    /// What a message says; nil if it says nothing.
    static func report(_ message: [UInt8]) -> Report?

    /// A role starts, and these are its first controls: it knows nothing of the past.
    mutating func begin(_ controls: [Control])

    /// The role that runs is given more.
    mutating func give(_ controls: [Control])

    /// When a report can be true, and what it means then.
    ///
    /// - Parameter mayBeLoopback: whether a packet can come from this host itself.
    func meaning(of report: Report, now: Milliseconds, mayBeLoopback: Bool) -> Meaning<Fact>

    /// A report was believed.
    mutating func note(_ fact: Fact, now: Milliseconds)
}

/// When a report can be true.
enum Meaning<Fact> {
    /// It can be, by what the role was given.
    case fact(Fact)
    /// It cannot be, by what the role was given.
    case untrue
    /// If the role was asked and has not answered yet.
    case answer
    /// If it is the first of its kind from this role.
    case jail(JailReport)
    /// Always: it is the role's last word.
    case failure(String)
}

/// What is told of a role that is ended for what it has sent, or has not.
enum Violation {
    static let meansNothing = "a message that cannot be decoded"
    static let untrue = "a message that cannot be true"
    static let silence = "no answer for \(DoorkeeperLimits.roleAnswer / 1000) s"
    /// What the Verifier says of the Listener.
    static let badBatch = "a batch that cannot be decoded"
    static let accusations = "repeated accusations of the listener"

    static func size(_ size: Int) -> String { "a message of \(size) bytes" }
}
