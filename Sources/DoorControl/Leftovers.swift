import Base
package import Doors

/// Commands of an earlier run that still run.
///
/// They are waited for, at most until their limits, since stop must not overtake start or another stop.
struct Leftovers {
    /// A command that still runs.
    private struct Leftover {
        let opening: Opening
        let process: ProcessIdentity
        /// When its limit is reached, or, once it was asked to end, when it is killed; nil is never.
        var deadline: Milliseconds?
        var wasAsked = false
    }

    /// A step for the controller.
    enum Step: Equatable {
        case ended(OpeningKey)
        /// - Parameter overLimit: its limit in seconds, if it is ended for that.
        case end(Int32, OpeningKey, atOnce: Bool, overLimit: Int?)
    }

    /// Interval of checks whether they have ended: the kernel reports only a process's own children.
    private static let pause: Milliseconds = 200

    private var all: [Leftover] = []

    /// When to check next; nil while there are none.
    func nextDeadline(_ now: Milliseconds) -> Milliseconds? { all.isEmpty ? nil : now + Self.pause }

    mutating func add(_ opening: Opening, _ process: ProcessIdentity) {
        all.append(Leftover(opening: opening, process: process, deadline: process.beganAt + opening.runningLimit))
    }

    /// Ends the start command of an opening without holders now.
    mutating func hasten(_ key: OpeningKey, now: Milliseconds) {
        for index in all.indices where all[index].opening.key == key && all[index].opening.phase != .closing {
            if !all[index].wasAsked { all[index].deadline = now }
        }
    }

    /// Ends all start commands now.
    mutating func hastenAll(now: Milliseconds) {
        for leftover in all { hasten(leftover.opening.key, now: now) }
    }

    /// Returns the steps that are due.
    ///
    /// - Parameters:
    ///   - grace: time from asking a command to end until killing it.
    ///   - isAlive: whether a process still runs.
    mutating func advance(
        to now: Milliseconds, grace: Milliseconds, isAlive: (ProcessIdentity) -> Bool
    ) -> [Step] {
        var steps: [Step] = []
        var left: [Leftover] = []
        for var leftover in all {
            let key = leftover.opening.key
            guard isAlive(leftover.process) else {
                steps.append(.ended(key))
                continue
            }
            if let moment = leftover.deadline, moment <= now {
                let limit = leftover.wasAsked ? nil : Int(leftover.opening.runningLimit / 1000)
                steps.append(.end(leftover.process.id, key, atOnce: leftover.wasAsked, overLimit: limit))
                leftover.deadline = leftover.wasAsked ? nil : now + grace
                leftover.wasAsked = true
            }
            left.append(leftover)
        }
        all = left
        return steps
    }
}

extension Opening {
    /// Whether its start or stop command was begun by an earlier run, and is not known to have ended.
    package var isUnderWay: Bool { deadline == 0 || phase == .closing }

    /// Time limit of its running command.
    fileprivate var runningLimit: Milliseconds { phase == .closing ? commands.stopLimit : startBound }
}
