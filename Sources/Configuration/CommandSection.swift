import Base
import Doors
import KernelRules

/// What a door's section says of its commands, while it is read.
struct CommandSection {
    /// How long commands may run.
    enum Limit: Equatable {
        case none
        case time(Milliseconds)
    }

    // Nil where the directive is absent; an empty text where its value is.
    private(set) var start: Field?
    private(set) var start6: Field?
    private(set) var stop: Field?
    private(set) var stop6: Field?
    private(set) var check: Field?
    private(set) var check6: Field?
    private(set) var stopSuccess = ExitStatuses.zero
    /// Nil where the directive is absent.
    private(set) var limit: Limit?
    /// Where `command_limit` stands.
    private(set) var limitField: Field?

    /// Takes what a directive says.
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

    /// All that are there, empty ones too.
    var all: [Field] { [start, start6, stop, stop6, check, check6].compactMap(\.self) }

    /// The fields of the commands that are run for one kind of address.
    func pair(for family: AddressFamily) -> (start: Field?, stop: Field?) {
        family == .ipv4 ? (start, stop) : (start6 ?? start, stop6 ?? stop)
    }

    /// What is run for one kind of address. As knockd: without a start command nothing is, the stop command neither.
    func actions(for family: AddressFamily) -> Door.Actions? {
        let (startField, stopField) = pair(for: family)
        let checkField = family == .ipv4 ? check : check6 ?? (start6 == nil ? check : nil)
        guard let start = startField.flatMap({ ActionTemplate($0.text) }) else { return nil }
        // One that is there and empty is meant: then nothing is asked.
        let asking = checkField.map { ActionTemplate($0.text) } ?? start.inPlaceCheck
        return Door.Actions(
            start: start, stop: stopField.flatMap { ActionTemplate($0.text) }, check: asking,
            isPlain: start.onlyChangesFirewall)
    }

    /// The time that `command_limit` gives, if it gives one.
    var givenLimit: Milliseconds? { if case .time(let time) = limit { time } else { nil } }

    /// The same; where the directive is absent, another time.
    func timeLimit(orElse time: Milliseconds?) -> Milliseconds? { limit == nil ? time : givenLimit }
}
