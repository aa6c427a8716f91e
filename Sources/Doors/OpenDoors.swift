package import Base

/// The state machine of all openings. It runs nothing: it returns steps.
///
/// Openings with the same stop command share it. While it runs, their start commands wait. It runs when the last of
/// them ends. If it has to run earlier, the start commands of the remaining openings run again after it.
package struct OpenDoors {
    var openings: [OpeningKey: Opening] = [:]
    var progress: [OpeningKey: OpeningProgress] = [:]
    /// Openings that begin when the closing one in their place has closed.
    var successors: [OpeningKey: Successor] = [:]
    /// Openings that a later one has replaced before their stop command succeeded.
    var besides: Set<OpeningKey> = []
    /// Openings whose check runs, or the check of the opening before them in their place.
    private var unanswered: Set<OpeningKey> = []
    /// Openings by stop command.
    private var sharers: [String: Sharers] = [:]
    /// Places taken: one for each holder of an opening or its successor.
    var quotas = OpeningQuotas()
    /// Ends of the holds of open openings.
    private(set) var deadlines = HoldDeadlines()
    /// Times at which failed stop commands run again. Some entries may be obsolete.
    var retries = DeadlineQueue<OpeningKey>()

    /// Number of keys, for the shares at doors that accept all of them.
    package var keyCount = 0

    /// The openings with one stop command.
    private struct Sharers {
        var active: Set<OpeningKey> = []
        var closing: Set<OpeningKey> = []
        /// Whether there were several at once: each of them may have to close what another has opened.
        private(set) var wasShared = false
        /// Check command of the first of them; nil if it has none.
        private let check: String?
        /// Whether all of them have the same check, so that its answer is valid for all.
        private var isCheckCommon = true

        init(of opening: Opening) { check = opening.commands.check }

        var isEmpty: Bool { active.isEmpty && closing.isEmpty }

        mutating func insert(_ opening: Opening) {
            if opening.phase == .closing { closing.insert(opening.key) } else { active.insert(opening.key) }
            if active.count + closing.count > 1 { wasShared = true }
            if opening.commands.check != check { isCheckCommon = false }
        }

        /// Keeps what was known of earlier openings with this stop command.
        mutating func inherit(_ former: Sharers) {
            wasShared = wasShared || former.wasShared
            isCheckCommon = isCheckCommon && former.isCheckCommon && check == former.check
        }

        /// Whether a check that answers 'gone' is valid for everything that the stop command would close.
        var isCheckDecisive: Bool { isCheckCommon || !wasShared }

        mutating func remove(_ key: OpeningKey) {
            active.remove(key)
            closing.remove(key)
        }
    }

    package init() {}

    /// All openings, in no order.
    package var all: [Opening] { Array(openings.values) }

    /// Whether anything is open, or opening, or closing.
    package var isEmpty: Bool { openings.isEmpty }

    /// The opening with this key.
    package subscript(key: OpeningKey) -> Opening? { openings[key] }

    /// When to call `due` and `retriesDue` next. It may be too early, but is never too late.
    package var nextDeadline: Milliseconds? { [deadlines.first, retries.first].compactMap { $0 }.min() }

    /// Number of failures of its stop command in a row.
    package func failures(of key: OpeningKey) -> Int { progress[key]?.retry.failures ?? 0 }

    /// The holder in whose lane the commands of an opening run.
    package func starter(of opening: Opening) -> Holder { progress[opening.key]?.starter ?? opening.firstHolder }

    /// Whether it was run again, or checked, since it began.
    package func wasRunAgain(_ key: OpeningKey) -> Bool { progress[key]?.lastRerun != nil }

    /// Whether it has lost its holders before its start command was queued.
    package func endsBeforeStart(_ key: OpeningKey) -> Bool {
        guard openings[key]?.phase == .starting, let state = progress[key] else { return false }
        return state.isCutOff && !state.isStarting
    }

    /// Notes that its start or stop command runs. Nil if there is no such opening.
    package mutating func running(_ key: OpeningKey, _ process: ProcessIdentity?) -> Opening? {
        guard let opening = openings[key], opening.phase != .open else { return nil }
        progress[key]?.hasRun = true
        return change(key) { $0.process = process }
    }

    /// Forgets an opening whose start command was never run, or never will be.
    package mutating func abandon(_ key: OpeningKey) {
        for holder in holders(of: key) { quotas.release(holder, at: key.door) }
        remove(key)
        successors[key] = nil
    }

    // MARK: Checks

    /// Returns the step that checks whether an opening is in place; nil if it has no check, or if an earlier answer
    /// must come first.
    mutating func ask(_ opening: Opening) -> OpeningStep? {
        guard opening.commands.check != nil else { return nil }
        let isFirst = unanswered.insert(opening.key).inserted
        if isFirst {
            progress[opening.key]?.question = .asked
        } else if progress[opening.key]?.question == OpeningProgress.Question.none {
            progress[opening.key]?.question = .waits
        }
        return isFirst ? .check(opening) : nil
    }

    /// Handles a check that was not run after all.
    package mutating func notAsked(_ key: OpeningKey) -> [OpeningStep] {
        let question = takeAnswer(key)
        guard question == .waits, let opening = openings[key] else { return [] }
        return [ask(opening)].compactMap(\.self)
    }

    /// Takes an answer, and returns the question that it belongs to.
    mutating func takeAnswer(_ key: OpeningKey) -> OpeningProgress.Question {
        unanswered.remove(key)
        let question = progress[key]?.question ?? .none
        progress[key]?.question = .none
        return question
    }

    // MARK: Changes

    /// Adds an opening whose holders have their places.
    mutating func insert(_ opening: Opening, _ state: OpeningProgress) {
        // The last opening with a shared stop command may still have to close what another has opened.
        let isSameStop = openings[opening.key]?.stopIdentity == opening.stopIdentity
        let former = isSameStop ? sharers[opening.stopIdentity] : nil
        defer { if let former { sharers[opening.stopIdentity]?.inherit(former) } }
        remove(opening.key)
        openings[opening.key] = opening
        progress[opening.key] = state
        if opening.key.isBeside { besides.insert(opening.key) }
        sharers[opening.stopIdentity, default: Sharers(of: opening)].insert(opening)
    }

    /// Removes an opening. Its holders keep their places.
    mutating func remove(_ key: OpeningKey) {
        guard let opening = openings.removeValue(forKey: key) else { return }
        progress[key] = nil
        besides.remove(key)
        let stop = opening.stopIdentity
        sharers[stop]?.remove(key)
        if sharers[stop]?.isEmpty ?? false { sharers[stop] = nil }
    }

    /// Changes an opening, except for its stop command. Nil if there is no such opening.
    @discardableResult
    mutating func change(_ key: OpeningKey, _ body: (inout Opening) -> Void) -> Opening? {
        guard var changed = openings[key] else { return nil }
        let former = changed
        body(&changed)
        openings[key] = changed
        if (former.phase == .closing) != (changed.phase == .closing) || former.commands.check != changed.commands.check
        {
            sharers[changed.stopIdentity]?.remove(key)
            sharers[changed.stopIdentity]?.insert(changed)
        }
        return changed
    }

    /// The other openings with the same stop command that are open or starting.
    func activeSharers(of opening: Opening) -> [Opening] {
        sharers[opening.stopIdentity]?.active.subtracting([opening.key]).compactMap { openings[$0] } ?? []
    }

    /// Whether its stop command may have something to close: a command of it has run, or one of an opening that shares
    /// its stop command.
    func mayHaveOpened(_ opening: Opening) -> Bool {
        let state = progress[opening.key]
        return state?.hasRun ?? false || state?.mayBeDoubled ?? false || wasShared(opening)
    }

    /// Whether its check, if it answers 'gone', is valid for everything that its stop command would close.
    func isCheckDecisive(_ opening: Opening) -> Bool {
        opening.commands.check != nil && sharers[opening.stopIdentity]?.isCheckDecisive ?? false
    }

    /// Whether another opening had its stop command at the same time.
    func wasShared(_ opening: Opening) -> Bool { sharers[opening.stopIdentity]?.wasShared ?? false }

    /// Whether another opening with the same stop command is open or starting. The cost does not grow with their
    /// number.
    func hasActiveSharer(_ opening: Opening) -> Bool {
        guard let active = sharers[opening.stopIdentity]?.active else { return false }
        return active.count > (active.contains(opening.key) ? 1 : 0)
    }

    /// The other openings with the same stop command that are closing.
    func closingSharers(of opening: Opening) -> [Opening] {
        sharers[opening.stopIdentity]?.closing.subtracting([opening.key]).compactMap { openings[$0] } ?? []
    }

    /// Queues the ends of an open opening's holds.
    mutating func watch(_ opening: Opening) {
        for hold in opening.holds { watch(hold, of: opening.key) }
    }

    /// Queues the end of one hold that is new or was extended. The others are queued already.
    mutating func watch(_ hold: Hold, of key: OpeningKey) {
        deadlines.insert(hold, of: key)
        // Holds that ended early leave entries behind.
        if deadlines.count > 2 * holdCount + 64 { watchAnew() }
    }

    /// Takes a hold that may have ended from the queue.
    mutating func nextEndedHold(upTo now: Milliseconds) -> HoldDeadlines.Entry? { deadlines.popFirst(upTo: now) }

    private mutating func watchAnew() {
        deadlines = HoldDeadlines()
        for opening in openings.values where opening.phase == .open {
            for hold in opening.holds { deadlines.insert(hold, of: opening.key) }
        }
        holdCount = deadlines.count
    }

    /// Number of holds when the queue was last rebuilt, or more.
    private var holdCount = 0
}
