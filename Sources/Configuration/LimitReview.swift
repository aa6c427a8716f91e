import Base
import Doors
import KernelRules

/// Finds warnings about the time limits of commands and the number of openings of a door.
struct LimitReview {
    let section: DoorSection
    let door: Door
    /// The number of keys.
    let keys: Int

    /// Warnings, in no order.
    var diagnostics: [Diagnostic] { [noLimit, sleeps, places].compactMap(\.self) }

    private var hasStop: Bool { door.actions?.stop != nil || door.actionsIPv6?.stop != nil }

    private var noLimit: Diagnostic? {
        guard let field = section.commands.limitField, field.text.lowercased() == "none", hasStop else { return nil }
        return field.diagnostic(
            .warning,
            "without a limit, a stop command that hangs leaves the door open; write seconds, such as 30, or leave it out"
        )
    }

    /// Warns of a start command that is killed while it sleeps: by the limit, or, if the door has a stop command, when
    /// the door's time is over.
    private var sleeps: Diagnostic? {
        for family in AddressFamily.allCases {
            let actions = family == .ipv4 ? door.actions : door.actionsIPv6
            guard let actions, let field = section.commands.pair(for: family).start else { continue }
            let slept = actions.start.sleepTime(openFor: door.openFor)
            if let limit = section.commands.givenLimit, slept > limit {
                return (section.commands.limitField ?? field).diagnostic(
                    .warning,
                    "the start command sleeps \(Self.seconds(slept)), and is ended after \(Self.seconds(limit)); write "
                        + "more, or leave it out")
            }
            if actions.stop != nil, section.commands.limit == nil, let limit = door.limits.start, slept > limit {
                return field.diagnostic(
                    .warning,
                    "this command sleeps \(Self.seconds(slept)), and is ended after \(Self.seconds(limit)); leave the sleep "
                        + "out, since stop_command closes the door, or write a longer command_limit")
            }
            let time = max(door.openFor, DoorsLimits.shortestStart)
            if actions.stop != nil, slept > time {
                return field.diagnostic(
                    .warning,
                    "this command sleeps \(Self.seconds(slept)), and is ended when the door's time is over, after "
                        + "\(Self.seconds(time)); leave the sleep out, since stop_command closes the door, or write a "
                        + "longer cmd_timeout")
            }
        }
        return nil
    }

    private static func seconds(_ time: Milliseconds) -> String {
        time == .max ? "for ever" : time == 1_000 ? "1 second" : "\((time + 999) / 1000) seconds"
    }

    private var places: Diagnostic? {
        let holders = door.holderCount(keys: keys)
        guard door.maxOpenings < 2 * holders else { return nil }
        let what =
            holders == 1
            ? "with one opening, a knock for another address is refused while the door is open"
            : "\(holders) holders share \(Counted.text(door.maxOpenings, "opening")) of this door, less than two each"
        return (section.maxOpeningsField ?? section.heading).diagnostic(
            .warning, "\(what); write max_openings = \(2 * holders) or more")
    }
}
