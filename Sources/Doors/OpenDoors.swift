package import Base

/// All openings and what may happen to each: who knocks when, what is run next, what is due. It runs nothing itself: it
/// says what is to be done, in steps.
///
/// Openings with one and the same stop command share it: their start commands wait while it runs, it is run when the last
/// of them ends, and where it has to be run before that, the start commands of those that remain are run again after it.
package struct OpenDoors {
    var openings: [OpeningKey: Opening] = [:]
    var progress: [OpeningKey: OpeningProgress] = [:]
    /// Openings that begin when the one that is closing has closed.
    var successors: [OpeningKey: Successor] = [:]
    /// Those that a later opening has replaced before their stop command succeeded.
    var besides: Set<OpeningKey> = []
    /// Those whose check runs, or of whose predecessor it does.
    private var unanswered: Set<OpeningKey> = []
    /// Which openings have which stop command.
    private var sharers: [String: Sharers] = [:]
    /// Who has which places for these: each holder of an opening or its successor one.
    var quotas = OpeningQuotas()
    /// The holds of what is open.
    private(set) var deadlines = HoldDeadlines()
    /// When stop commands that failed are to be run again; some of these are not any more.
    var retries = DeadlineQueue<OpeningKey>()

    /// How many keys there are, for the shares of doors that take all of them.
    package var keyCount = 0

    /// The openings with one stop command.
    private struct Sharers {
        var active: Set<OpeningKey> = []
        var closing: Set<OpeningKey> = []
        /// There were several: any of them may have to close what another has opened.
        private(set) var wasShared = false
        /// What the first of them asks; nil if it asks nothing.
        private let check: String?
        /// Whether all of them have asked that, so that the answer is for all.
        private var isCheckCommon = true

        init(of opening: Opening) { check = opening.commands.check }

        var isEmpty: Bool { active.isEmpty && closing.isEmpty }

        mutating func insert(_ opening: Opening) {
            if opening.phase == .closing { closing.insert(opening.key) } else { active.insert(opening.key) }
            if active.count + closing.count > 1 { wasShared = true }
            if opening.commands.check != check { isCheckCommon = false }
        }

        /// Goes on with what was known of those before.
        mutating func inherit(_ former: Sharers) {
            wasShared = wasShared || former.wasShared
            isCheckCommon = isCheckCommon && former.isCheckCommon && check == former.check
        }

        /// Whether a check that says 'gone' says so of all that the stop command would close.
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

    /// When to ask `due` and `retriesDue` next; it may be too early, never too late.
    package var nextDeadline: Milliseconds? { [deadlines.first, retries.first].compactMap { $0 }.min() }

    /// How often in a row its stop command has failed.
    package func failures(of key: OpeningKey) -> Int { progress[key]?.retry.failures ?? 0 }

    /// On whose behalf the commands of an opening are run.
    package func starter(of opening: Opening) -> Holder { progress[opening.key]?.starter ?? opening.firstHolder }

    /// Whether it was run again since it began.
    package func wasRunAgain(_ key: OpeningKey) -> Bool { progress[key]?.lastRerun != nil }

    /// Whether nobody wants it any more while its start command is not even waiting for a slot.
    package func endsBeforeStart(_ key: OpeningKey) -> Bool {
        guard openings[key]?.phase == .starting, let state = progress[key] else { return false }
        return state.isCutOff && !state.isStarting
    }

    /// Its start or stop command runs now. Nil if there is no such opening.
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

    // MARK: Questions

    /// Asks whether an opening is in place: the command to be run, or nil if an earlier answer has to come first.
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

    /// A check was not run after all.
    package mutating func notAsked(_ key: OpeningKey) -> [OpeningStep] {
        let question = takeAnswer(key)
        guard question == .waits, let opening = openings[key] else { return [] }
        return [ask(opening)].compactMap(\.self)
    }

    /// An answer has come. Returns which question it answers.
    mutating func takeAnswer(_ key: OpeningKey) -> OpeningProgress.Question {
        unanswered.remove(key)
        let question = progress[key]?.question ?? .none
        progress[key]?.question = .none
        return question
    }

    // MARK: Changes

    /// Adds an opening whose holders have their places.
    mutating func insert(_ opening: Opening, _ state: OpeningProgress) {
        // The last one with a stop command that was shared still may have to close what another has opened.
        let isSameStop = openings[opening.key]?.stopIdentity == opening.stopIdentity
        let former = isSameStop ? sharers[opening.stopIdentity] : nil
        defer { if let former { sharers[opening.stopIdentity]?.inherit(former) } }
        remove(opening.key)
        openings[opening.key] = opening
        progress[opening.key] = state
        if opening.key.isBeside { besides.insert(opening.key) }
        sharers[opening.stopIdentity, default: Sharers(of: opening)].insert(opening)
    }

    /// Takes an opening out; its holders keep their places.
    mutating func remove(_ key: OpeningKey) {
        guard let opening = openings.removeValue(forKey: key) else { return }
        progress[key] = nil
        besides.remove(key)
        let stop = opening.stopIdentity
        sharers[stop]?.remove(key)
        if sharers[stop]?.isEmpty ?? false { sharers[stop] = nil }
    }

    /// Changes what is on record of an opening, but not its stop command. Nil if there is no such opening.
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

    /// The others with the same stop command that are open, or opening.
    func activeSharers(of opening: Opening) -> [Opening] {
        sharers[opening.stopIdentity]?.active.subtracting([opening.key]).compactMap { openings[$0] } ?? []
    }

    /// Whether its stop command may have something to close: a command of it has run, or one that shares its stop command.
    func mayHaveOpened(_ opening: Opening) -> Bool {
        let state = progress[opening.key]
        return state?.hasRun ?? false || state?.mayBeDoubled ?? false || wasShared(opening)
    }

    /// Whether its check that says 'gone' says so of all that its stop command would close, of others with that too.
    func isCheckDecisive(_ opening: Opening) -> Bool {
        opening.commands.check != nil && sharers[opening.stopIdentity]?.isCheckDecisive ?? false
    }

    /// Whether others had its stop command while it did.
    func wasShared(_ opening: Opening) -> Bool { sharers[opening.stopIdentity]?.wasShared ?? false }

    /// Whether there are any; what it costs does not grow with their number.
    func hasActiveSharer(_ opening: Opening) -> Bool {
        guard let active = sharers[opening.stopIdentity]?.active else { return false }
        return active.count > (active.contains(opening.key) ? 1 : 0)
    }

    /// The others with the same stop command that are closing.
    func closingSharers(of opening: Opening) -> [Opening] {
        sharers[opening.stopIdentity]?.closing.subtracting([opening.key]).compactMap { openings[$0] } ?? []
    }

    /// Notes the ends of an open opening's holds.
    mutating func watch(_ opening: Opening) {
        for hold in opening.holds { watch(hold, of: opening.key) }
    }

    /// Notes the end of one of them, which has joined it or lasts longer now; the others are noted.
    mutating func watch(_ hold: Hold, of key: OpeningKey) {
        deadlines.insert(hold, of: key)
        // Holds that ended early have left entries behind.
        if deadlines.count > 2 * holdCount + 64 { watchAnew() }
    }

    /// Takes out a hold of which the queue says that it may have ended.
    mutating func nextEndedHold(upTo now: Milliseconds) -> HoldDeadlines.Entry? { deadlines.popFirst(upTo: now) }

    private mutating func watchAnew() {
        deadlines = HoldDeadlines()
        for opening in openings.values where opening.phase == .open {
            for hold in opening.holds { deadlines.insert(hold, of: opening.key) }
        }
        holdCount = deadlines.count
    }

    /// How many holds there were when the queue was last made anew, or more.
    private var holdCount = 0
}
