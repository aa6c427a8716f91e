import Base
import Doors
import KernelRules

/// The commands of a door's section, while the section is read.
struct CommandSection {
    /// The time limit for commands.
    enum Limit: Equatable {
        case none
        case time(Milliseconds)
    }

    // Nil if the directive is absent; an empty text if its value is empty.
    private(set) var start: Field?
    private(set) var start6: Field?
    private(set) var stop: Field?
    private(set) var stop6: Field?
    private(set) var check: Field?
    private(set) var check6: Field?
    private(set) var stopSuccess = ExitStatuses.zero
    /// Nil if the directive is absent.
    private(set) var limit: Limit?
    /// The place of `command_limit`.
    private(set) var limitField: Field?

    /// Stores the value of a directive.
    mutating func set(_ directive: Directive, _ value: Field) throws(ValueError) {
        switch directive {
        case .startCommand, .command: start = value
        case .startCommand6, .command6: start6 = value
        case .stopCommand: stop = value
        case .stopCommand6: stop6 = value
        case .checkCommand: check = value
        case .checkCommand6: check6 = value
        case .stopSuccess: stopSuccess = try value.exitStatuses()
        case .commandLimit:
            limitField = value
            limit = value.text.lowercased() == "none" ? Limit.none : .time(try value.secondsAboveZero())
        default: return
        }
    }

    /// All commands that are present, empty ones too.
    var all: [Field] { [start, start6, stop, stop6, check, check6].compactMap(\.self) }

    /// The fields of the commands for one address family.
    func pair(for family: AddressFamily) -> (start: Field?, stop: Field?) {
        family == .ipv4 ? (start, stop) : (start6 ?? start, stop6 ?? stop)
    }

    /// The actions for one address family. As in knockd, without a start command nothing is run, not even the stop
    /// command.
    func actions(for family: AddressFamily) -> Door.Actions? {
        let (startField, stopField) = pair(for: family)
        let checkField = family == .ipv4 ? check : check6 ?? (start6 == nil ? check : nil)
        guard let start = startField.flatMap({ ActionTemplate($0.text) }) else { return nil }
        // An empty check command is intended: it turns the check off.
        let asking = checkField.map { ActionTemplate($0.text) } ?? start.inPlaceCheck
        return Door.Actions(
            start: start, stop: stopField.flatMap { ActionTemplate($0.text) }, check: asking,
            isPlain: start.onlyChangesFirewall)
    }

    /// The time in `command_limit`; nil if the directive is absent or says `none`.
    var givenLimit: Milliseconds? { if case .time(let time) = limit { time } else { nil } }

    /// The time in `command_limit`, or this default where the directive is absent; nil means no limit.
    func timeLimit(orElse time: Milliseconds?) -> Milliseconds? { limit == nil ? time : givenLimit }
}
