package import Base

/// The commands of one opening as they are run, with their limits: every token is replaced.
package struct OpeningCommands: Equatable, Sendable {
    package internal(set) var start: String
    package internal(set) var stop: String
    /// Checks whether the opening is in place; nil if there is no check.
    package internal(set) var check: String?
    /// Nil is no limit except the opening's own time.
    package internal(set) var startLimit: Milliseconds?
    package internal(set) var stopLimit: Milliseconds
    /// Exit statuses with which the stop command succeeds.
    package internal(set) var stopSuccess: ExitStatuses
    /// Whether the text of start determines its effect. It is not recorded.
    package internal(set) var isPlain: Bool

    package init(
        start: String, stop: String, check: String? = nil, startLimit: Milliseconds?, stopLimit: Milliseconds,
        stopSuccess: ExitStatuses = .zero, isPlain: Bool = false
    ) {
        self.start = start
        self.stop = stop
        self.check = check
        self.startLimit = startLimit
        self.stopLimit = stopLimit
        self.stopSuccess = stopSuccess
        self.isPlain = isPlain
    }

    /// The commands of a door for a knock; nil if it has nothing to close, or if a command is too long to be run.
    package init?(of door: Door, _ actions: Door.Actions, for values: CommandValues) {
        guard let stop = actions.stop?.command(for: values), let start = actions.start.command(for: values) else {
            return nil
        }
        self.init(
            start: start, stop: stop, check: actions.check.flatMap { $0.command(for: values) },
            startLimit: door.limits.start, stopLimit: door.limits.stop, stopSuccess: door.limits.stopSuccess,
            isPlain: actions.isPlain)
    }

    /// Whether start and stop are equal. Other differences do not affect the firewall.
    func doTheSame(as other: OpeningCommands) -> Bool { start == other.start && stop == other.stop }
}

/// Exit statuses of a command.
package struct ExitStatuses: Equatable, Sendable, CustomStringConvertible {
    package static let zero = ExitStatuses([0])

    private let values: Set<UInt8>

    package init(_ values: Set<UInt8>) {
        self.values = values
    }

    /// Parses a list such as `0,1`; nil if the text is not one.
    package init?(_ text: String) {
        let items = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = items.compactMap { UInt8(Self.trimmed($0)) }
        guard !numbers.isEmpty, numbers.count == items.count else { return nil }
        values = Set(numbers)
    }

    private static func trimmed(_ item: Substring) -> Substring {
        let rest = item.drop { $0 == " " }
        return rest.lastIndex { $0 != " " }.map { rest[...$0] } ?? ""
    }

    package func contains(_ status: Int32) -> Bool { UInt8(exactly: status).map(values.contains) ?? false }

    package var description: String { values.sorted().map(String.init).joined(separator: ",") }
}
