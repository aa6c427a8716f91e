import Base
package import Doors

/// Commands that an earlier run of the daemon began and that still run: they are waited for, at most until their limits,
/// since stop must not overtake start, nor itself.
struct Leftovers {
    /// One of them.
    private struct Leftover {
        let opening: Opening
        let process: ProcessIdentity
        /// When its limit is reached, or, after that, when it is killed; nil is never.
        var deadline: Milliseconds?
        var wasAsked = false
    }

    /// What is to be done.
    enum Step: Equatable {
        case ended(OpeningKey)
        /// - Parameter seconds: its limit, if that is why.
        case end(Int32, OpeningKey, atOnce: Bool, overLimit: Int?)
    }

    /// How often to see whether they have ended: nobody says so of another one's children.
    private static let pause: Milliseconds = 200

    private var all: [Leftover] = []

    /// When to look next; nil while there are none.
    func nextDeadline(_ now: Milliseconds) -> Milliseconds? { all.isEmpty ? nil : now + Self.pause }

    mutating func add(_ opening: Opening, _ process: ProcessIdentity) {
        all.append(Leftover(opening: opening, process: process, deadline: process.beganAt + opening.runningLimit))
    }

    /// Nobody holds the opening any more: its start command is to end now.
    mutating func hasten(_ key: OpeningKey, now: Milliseconds) {
        for index in all.indices where all[index].opening.key == key && all[index].opening.phase != .closing {
            if !all[index].wasAsked { all[index].deadline = now }
        }
    }

    /// The same for all.
    mutating func hastenAll(now: Milliseconds) {
        for leftover in all { hasten(leftover.opening.key, now: now) }
    }

    /// What time has brought about.
    ///
    /// - Parameters:
    ///   - grace: from asking a command to end to killing it.
    ///   - isAlive: whether a process has not ended yet.
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

    /// How long the command may run that runs.
    fileprivate var runningLimit: Milliseconds { phase == .closing ? commands.stopLimit : startBound }
}
