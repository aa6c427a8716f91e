package import Base
package import Linux

/// Runs commands beside each other, each within its limit, and never waits for one.
///
/// Starts, stops and checks have places of their own, so that none waits for another kind. Of each kind the places are shared
/// out among doors and holders (`FairShares`), and what waits for one is served in turn (`FairQueue`): whatever one door
/// or one holder has running or waiting, it keeps nobody else out. It tries nothing twice.
package struct CommandRunner<
    Starter: CommandStarter, Door: Hashable & Sendable, Holder: Hashable & Sendable, Purpose
> {
    /// What a command does.
    package enum Kind: Int, CaseIterable, Sendable {
        /// It opens.
        case start
        /// It closes.
        case stop
        /// It asks whether an opening is still in place.
        case check
    }

    /// A command to be run.
    package struct Job {
        package let kind: Kind
        package let command: String
        /// Variables that it gets beside those of this process, each `NAME=VALUE`.
        package let environment: [String]
        /// How long it may run; nil is for ever.
        package let limit: Milliseconds?
        package let lane: Lane<Door, Holder>
        /// What it is run for; the runner does not look at it.
        package let purpose: Purpose

        package init(
            kind: Kind, command: String, environment: [String] = [], limit: Milliseconds?,
            lane: Lane<Door, Holder>, purpose: Purpose
        ) {
            self.kind = kind
            self.command = command
            self.environment = environment
            self.limit = limit
            self.lane = lane
            self.purpose = purpose
        }
    }

    /// Why a command has ended.
    package enum Cause: Equatable, Sendable {
        case itself
        /// It was over its limit.
        case limit
        /// `end(where:now:)` was called.
        case order
    }

    /// What has become of commands.
    package enum Outcome {
        case running(Job, process: Int32)
        /// A start has to wait for a place.
        /// - Parameter running: how many starts run.
        case waits(Job, running: Int)
        /// It is being ended.
        case overLimit(Job)
        case ended(Job, ChildProcess.Ending, Cause)
        /// It could not be run.
        case failed(Job, SystemError)
    }

    /// How often to look whether the rest of a group has gone.
    private static var pause: Milliseconds { 100 }

    /// How far the end of a command has come.
    private enum Step {
        case none
        /// SIGTERM was sent to its group.
        case asked
        /// SIGKILL was sent to its group.
        case killed
    }

    private struct Running {
        let job: Job
        /// When the next step towards its end is due; nil is never.
        var deadline: Milliseconds?
        var step = Step.none
        var cause = Cause.itself
        /// How its shell ended, while others of its group are still there.
        var ending: ChildProcess.Ending?
    }

    /// The places of one kind, and what waits for one.
    private struct Pool {
        var places: FairShares<Door, Holder>
        var queue = FairQueue<Door, Holder, Job>()
    }

    private var starter: Starter
    /// By process id.
    private var running: [Int32: Running] = [:]
    /// By kind.
    private var pools = Kind.allCases.map { kind in
        Pool(places: FairShares(share: kind == .stop ? ActionsLimits.stopsOfHolder : ActionsLimits.startsOfHolder))
    }
    /// Starts that wait; of stops and checks there are no more than openings.
    private var waitingStarts = FairShares<Door, Holder>(share: ActionsLimits.waitingStartsOfHolder)
    /// When the next step towards an end is due; it may come too early, never too late.
    private var nextStep: Milliseconds?
    /// Those whose shells have ended, while others of their groups are still there.
    private var lingering: Set<Int32> = []

    package init(starter: Starter) {
        self.starter = starter
    }

    /// How many commands of a kind run.
    package func runningCount(_ kind: Kind) -> Int { pools[kind.rawValue].places.count }

    /// How many of the commands that run are such. It costs a look at each that runs.
    package func count(where isConcerned: (Job) -> Bool) -> Int { running.values.count { isConcerned($0.job) } }

    /// How many commands of a kind wait for a place.
    package func waitingCount(_ kind: Kind) -> Int { pools[kind.rawValue].queue.count }

    /// How many starts of a door wait for a place.
    package func waitingStartCount(at door: Door) -> Int { waitingStarts.count(of: door) }

    /// Whether no command runs or waits.
    package var isIdle: Bool { running.isEmpty && pools.allSatisfy { $0.queue.isEmpty } }

    /// Whether one more start can be taken on: it would begin at once, or there is room to wait.
    package func hasRoomForStart(in lane: Lane<Door, Holder>) -> Bool {
        canBegin(.start, in: lane) || waitingStarts.hasPlace(for: lane)
    }

    private func canBegin(_ kind: Kind, in lane: Lane<Door, Holder>) -> Bool {
        let pool = pools[kind.rawValue]
        return !pool.queue.contains(lane) && pool.places.hasPlace(for: lane)
    }

    /// Runs a command as soon as there is a place.
    package mutating func run(_ job: Job, now: Milliseconds) -> [Outcome] {
        if canBegin(job.kind, in: job.lane) { return [begin(job, now: now)] }
        pools[job.kind.rawValue].queue.append(job, in: job.lane)
        guard job.kind == .start else { return [] }
        waitingStarts.take(job.lane)
        return [.waits(job, running: runningCount(.start))]
    }

    // MARK: What waits

    /// Takes back commands that wait for a place: they are never run. It costs a look at each that waits.
    package mutating func takeBack(where isConcerned: (Job) -> Bool) -> [Job] {
        Kind.allCases.flatMap { kind in
            let jobs = pools[kind.rawValue].queue.removeAll(where: isConcerned)
            if kind == .start { for job in jobs { waitingStarts.release(job.lane) } }
            return jobs
        }
    }

    /// Somebody else wants what waits as well: runs it now in that lane if there it need not wait.
    ///
    /// So nobody can make another wait by asking for the same thing first. It costs a look at each that waits.
    package mutating func hurry(
        in lane: Lane<Door, Holder>, where isConcerned: (Job) -> Bool, now: Milliseconds
    ) -> [Outcome] {
        let able = Kind.allCases.filter { canBegin($0, in: lane) }
        return takeBack { able.contains($0.kind) && isConcerned($0) }.flatMap {
            run(
                Job(
                    kind: $0.kind, command: $0.command, environment: $0.environment, limit: $0.limit, lane: lane,
                    purpose: $0.purpose), now: now)
        }
    }

    // MARK: What runs

    /// A child of this process has ended; it may be none of these.
    package mutating func childEnded(_ process: Int32, _ ending: ChildProcess.Ending, now: Milliseconds) -> [Outcome] {
        guard let ended = running[process], ended.ending == nil else { return [] }
        if ended.step != .none, starter.isAlive(group: process) {
            running[process]?.ending = ending
            lingering.insert(process)
            return []
        }
        return finish(process, ending, now: now)
    }

    /// Ends commands now, with their groups, as if they were over their limits. Returns them; those that are being ended
    /// already are not among them.
    package mutating func end(where isConcerned: (Job) -> Bool, now: Milliseconds) -> [Job] {
        var jobs: [Job] = []
        for (process, command) in running where command.step == .none && isConcerned(command.job) {
            ask(process, because: .order, now: now)
            jobs.append(command.job)
        }
        return jobs
    }

    /// Ends what is over its limit, and looks after what is being ended.
    package mutating func advance(to now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        for process in lingering where !starter.isAlive(group: process) {
            if let ending = running[process]?.ending { outcomes += finish(process, ending, now: now) }
        }
        guard let moment = nextStep, moment <= now else { return outcomes }
        nextStep = nil
        for (process, command) in running {
            guard let deadline = command.deadline else { continue }
            if deadline > now {
                look(at: deadline)
            } else {
                outcomes += takeNextStep(process, command, now: now)
            }
        }
        return outcomes
    }

    private mutating func takeNextStep(_ process: Int32, _ command: Running, now: Milliseconds) -> [Outcome] {
        switch command.step {
        case .none:
            ask(process, because: .limit, now: now)
            return [.overLimit(command.job)]
        case .asked:
            starter.end(group: process, atOnce: true)
            running[process]?.step = .killed
            // A zombie that its new parent does not collect keeps a group alive: wait for that only so long.
            setDeadline(process, now + ActionsLimits.endGrace)
            return []
        case .killed:
            running[process]?.deadline = nil
            return command.ending.map { finish(process, $0, now: now) } ?? []
        }
    }

    private mutating func ask(_ process: Int32, because cause: Cause, now: Milliseconds) {
        starter.end(group: process, atOnce: false)
        running[process]?.step = .asked
        running[process]?.cause = cause
        setDeadline(process, now + ActionsLimits.endGrace)
    }

    private mutating func setDeadline(_ process: Int32, _ moment: Milliseconds) {
        running[process]?.deadline = moment
        look(at: moment)
    }

    private mutating func look(at moment: Milliseconds) { nextStep = min(nextStep ?? moment, moment) }

    /// When to call `advance` next, at the latest; nil while there is nothing to look after.
    package func nextDeadline(now: Milliseconds) -> Milliseconds? {
        let look = lingering.isEmpty ? nil : now + Self.pause
        return [nextStep, look].compactMap { $0 }.min()
    }

    private mutating func finish(_ process: Int32, _ ending: ChildProcess.Ending, now: Milliseconds) -> [Outcome] {
        guard let ended = running.removeValue(forKey: process) else { return [] }
        lingering.remove(process)
        if running.isEmpty { nextStep = nil }
        pools[ended.job.kind.rawValue].places.release(ended.job.lane)
        return [.ended(ended.job, ending, ended.cause)] + fillPlaces(ended.job.kind, now: now)
    }

    private mutating func fillPlaces(_ kind: Kind, now: Milliseconds) -> [Outcome] {
        var outcomes: [Outcome] = []
        while let job = pools[kind.rawValue].queue.popNext(for: pools[kind.rawValue].places) {
            if kind == .start { waitingStarts.release(job.lane) }
            outcomes.append(begin(job, now: now))
        }
        return outcomes
    }

    private mutating func begin(_ job: Job, now: Milliseconds) -> Outcome {
        do {
            let process = try starter.start(job.command, environment: job.environment)
            running[process] = Running(job: job)
            pools[job.kind.rawValue].places.take(job.lane)
            if let limit = job.limit { setDeadline(process, now + limit) }
            return .running(job, process: process)
        } catch {
            return .failed(job, error)
        }
    }
}
