package import Doors
import Keys
package import Linux
package import SignedKnocks

/// What must survive the daemon's death: every opening and its stop command, and what was spent of signed knocks, on disk
/// before anything acts on it.
///
/// It lies in `StateFile`. When that cannot be written it goes on in a file in /run/knockd, and moves back when it can:
/// a full disk must not keep the owner out. The file that was written last counts; both are read at start.
package final class Ledger {
    /// Why the daemon cannot start.
    package enum LedgerError: Error, Equatable {
        /// Another daemon has this ledger.
        ///
        /// - interfaces: where one daemon would listen in the place of both; empty where that is where the other one does,
        ///   or it does not say.
        case inUse(file: String, process: String?, interfaces: [String] = [])
        /// Others could change what is run as root.
        case untrusted(PathFault)
    }

    /// The daemon that has the configuration's own name for the ledger, so that this one has another.
    package struct Elder: Equatable {
        package let file: String
        package let process: String?
        package let interfaces: [String]
    }

    /// What has become of the ledger, worth a line in the log.
    package enum Change: Equatable {
        /// It goes on in the other file.
        case movedToFallback(file: String, reason: String, fallback: String)
        case movedBack(file: String)
        /// Neither file can be written.
        case lost(reason: String)
        /// Neither file could ever be written, and the openings are known to this process alone.
        case inMemory(reason: String)
        /// A file was no database, or a broken one; it was renamed.
        case damaged(file: String, movedTo: String)
        /// The openings of a daemon that runs no more, in a ledger of its own, are this one's now.
        case tookOver(file: String, count: Int)
        /// What such a ledger holds is not known.
        case notTakenOver(file: String, reason: String)
    }

    /// Where the ledger lies when it cannot lie in StateFile.
    package static let fallbackDirectory = "/run/knockd"

    let family: LedgerFamily
    let primary: LedgerPlace
    let fallback: LedgerPlace
    /// Nil if this daemon has the configuration's own name.
    package private(set) var elder: Elder?
    /// The numbers of the ledgers from which openings were taken: commands that still run were told them.
    package internal(set) var formerIDs: Set<String> = []
    /// Of which ledgers it was told why they were not taken over.
    var reasonsTold: [String: String] = [:]
    /// What was taken over and could not be removed where it was, by the path of that ledger, with the number that it had.
    var leftBehind: [String: (epoch: Int64, keys: Set<OpeningKey>)] = [:]
    let bootID: String
    /// The ledger's random number.
    package private(set) var id = ""
    /// The number of the newest content; each time the ledger is taken up anew it grows.
    private var epoch: Int64 = 0
    /// Whether the floors of this boot are recorded.
    private var isSettled = false
    /// The number that StateFile had when it was last read or written; nil if it never could be.
    private var primaryEpoch: Int64?
    /// Where it is written; nil if nowhere.
    private var active: (place: LedgerPlace, file: LedgerFile)?
    private var lastReason = ""
    private var isLossTold = false
    /// Whether openings count without a file, until there is one.
    private var isInMemory: Bool
    var changes: [Change] = []
    var found: [Opening] = []
    private var foundReplay: RecordedReplayState?

    /// Locks the ledger. One that cannot be written is no error; one that another daemon has is.
    ///
    /// - Parameters:
    ///   - stateFile: an absolute path; its directory is made if that one's parent is there.
    ///   - interfaces: where this daemon is to listen.
    ///   - mayStepAside: whether another name will do, with the interfaces added to it, where a daemon at other interfaces
    ///     has this one.
    ///   - fallbackDirectory: made likewise.
    ///   - mayStayInMemory: whether openings are to be known to this process alone where it has no place to write at all,
    ///     as in many containers: nobody has named the file.
    ///   - mayLeaveOut: whether it will do to listen at some of the interfaces, where a daemon with another name has others.
    package init(
        stateFile: String, interfaces: [String] = [], mayStepAside: Bool = false,
        fallbackDirectory: String = Ledger.fallbackDirectory, bootID: String, mayStayInMemory: Bool = false,
        mayLeaveOut: Bool = false
    ) throws(LedgerError) {
        self.bootID = bootID
        family = LedgerFamily(stateFile: stateFile, fallbackDirectory: fallbackDirectory)
        if let fault = Self.fault(stateFile: stateFile, fallbackDirectory: fallbackDirectory) {
            throw .untrusted(fault)
        }
        let first = Self.lock(family.first, interfaces)
        if let rival = first.rival, !mayStepAside || !Self.areApart(rival.interfacesOfHolder, interfaces) {
            throw Self.inUse(stateFile, rival, interfaces)
        }
        if let neighbour = family.neighbour(at: interfaces, mayLeaveOut: mayLeaveOut) {
            throw Self.inUse(neighbour.path, neighbour, interfaces)
        }
        guard let rival = first.rival else {
            (primary, fallback) = (first.primary, first.fallback)
            isInMemory = mayStayInMemory && first.isNowhere
            return
        }
        let member = family.member(of: interfaces)
        let own = Self.lock(member, interfaces)
        if let rival = own.rival { throw Self.inUse(member.path, rival, interfaces) }
        elder = Elder(file: stateFile, process: rival.holder, interfaces: rival.interfacesOfHolder)
        (primary, fallback) = (own.primary, own.fallback)
        isInMemory = false
    }

    /// Whether what is recorded is in a file.
    var isWritten: Bool { active != nil }

    /// Reads what earlier runs have left, and takes up writing. To be called once, before anything else.
    ///
    /// - Returns: the openings that are still to be closed; the deadline is zero where that is overdue in any case.
    package func load() -> [Opening] {
        let contents = [read(primary), read(fallback)]
        primaryEpoch = contents[0]?.head.epoch
        let newest = LedgerFile.Content.newest(contents)
        epoch = newest.head.epoch
        isSettled = newest.head.boot == bootID && !bootID.isEmpty
        id = newest.head.id ?? Self.newID()
        let openings = openings(of: contents, newest)
        let source = newest.head.epoch == primaryEpoch ? primary : fallback
        takeUp(LedgerContent(openings: openings, replay: newest.replay), heldBy: source)
        foundReplay = RecordedReplayState(
            state: newest.replay.joined(with: foundReplay?.state ?? ReplayState()), ledgerID: active == nil ? nil : id,
            wasMadeAnew: newest.head.id == nil, isOfAnotherBoot: newest.head.id != nil && !isSettled,
            formerBoot: newest.head.boot, isDamaged: contents.contains { $0?.isWhole != true })
        // StateFile may be readable only now.
        return openings + takeFound()
    }

    /// The openings of the newest content; and those of an older one that belongs to another ledger, which was never moved
    /// into this one.
    private func openings(of contents: [LedgerFile.Content?], _ newest: LedgerFile.Content) -> [Opening] {
        var openings = newest.openings.map { $0.opening(in: bootID) }
        for content in contents.compactMap({ $0 }) where content.isOfAnother(than: newest) {
            openings += Self.unknown(content.openings.map { $0.opening(in: bootID) }, beside: openings)
            if let id = content.head.id { formerIDs.insert(id) }
        }
        return openings
    }

    /// Those openings of another file that nobody knows of. One in the place of a known one that has another stop command
    /// gets a place of its own, and is overdue: otherwise nobody would run its stop command.
    private static func unknown(_ others: [Opening], beside known: [Opening]) -> [Opening] {
        let stops = Dictionary(known.map { ($0.key, $0.commands.stop) }) { first, _ in first }
        return others.compactMap { opening in
            guard let stop = stops[opening.key] else { return opening }
            if stop == opening.commands.stop { return nil }
            let replaced = opening.replaced()
            return stops[replaced.key] == nil ? replaced : nil
        }
    }

    private static func newID() -> String {
        GenerationID(high: ThisProcess.randomNumber(), low: ThisProcess.randomNumber()).description
    }

    /// What is to be told of the ledger since this was last asked.
    package func takeChanges() -> [Change] {
        defer { changes = [] }
        return changes
    }

    /// Openings that turned up in StateFile when it could be read at last, and that nobody knew of.
    package func takeFound() -> [Opening] {
        defer { found = [] }
        return found
    }

    /// The replay state that `load` has found; later what turned up in StateFile and nobody knew of. Nil if there was
    /// nothing since this was last asked.
    package func takeReplayState() -> RecordedReplayState? {
        defer { foundReplay = nil }
        return foundReplay
    }

    /// Where it belongs.
    package var file: String { primary.path }

    /// Whether it lies where it belongs.
    package var isHome: Bool { active?.place === primary }

    /// Notes all of an entry durably, or nothing.
    ///
    /// - Parameter all: all that there is, with this entry, for when the ledger has to move.
    package func record(_ entry: LedgerEntry, all: () -> LedgerContent) -> RecordOutcome {
        record(entry, isSettling: false, all: all)
    }

    /// Notes the floors with which this run begins, and thereby that the ledger is of this boot. To be called once after
    /// `load`, also where there are no keys; the mark beside the keys is to be written after this, not before.
    ///
    /// - Parameter all: all that there is, with these floors.
    package func settle(floors: [ReplayCache.Floor], all: () -> LedgerContent) -> RecordOutcome {
        isSettled = true
        let outcome = record(LedgerEntry(floors: floors), isSettling: true, all: all)
        isSettled = outcome == .recorded
        return outcome
    }

    /// Tries to move the ledger to where it belongs, or anywhere at all. To be called every few seconds while it is not
    /// home.
    package func tryToReturn(all: () -> LedgerContent) {
        guard !isHome else { return }
        if let file = takeUp(primary, all(), heldBy: nil) {
            active = (primary, file)
            fallback.removeFile()
            (isLossTold, isInMemory) = (false, false)
            changes.append(.movedBack(file: primary.path))
        } else if active == nil {
            takeUp(all(), avoiding: primary)
        }
    }

    private func record(_ entry: LedgerEntry, isSettling: Bool, all: () -> LedgerContent) -> RecordOutcome {
        // What is written to a file that was removed reaches nobody.
        let lost = leaveLostPlace()
        guard let (place, file) = active else {
            takeUp(all(), avoiding: lost)
            // What was spent must outlive the process, or it could be spent again.
            return active == nil && !(isInMemory && entry.spendings.isEmpty) ? .failed : .recorded
        }
        do {
            let doubled = try file.record(entry, isSettling: isSettling)
            return doubled.isEmpty ? .recorded : .alreadySpent(doubled)
        } catch {
            active = nil
            lastReason = error.description
            takeUp(all(), avoiding: place)
            return active == nil ? .failed : .recorded
        }
    }

    /// Sees whether the file is still there, and goes on elsewhere if it is not. To be called every few seconds.
    package func lookAtFile(all: () -> LedgerContent) {
        if let lost = leaveLostPlace() { takeUp(all(), avoiding: lost) }
    }

    /// Leaves a file that was removed or replaced, or that another daemon has taken; returns its place.
    private func leaveLostPlace() -> LedgerPlace? {
        guard let (place, reason, companions) = findLoss() else { return nil }
        // Closes it: SQLite leaves alone what bears its name and is not it.
        active = nil
        for path in companions { try? Files.remove(path) }
        lastReason = reason
        // Whatever lies there now, this ledger has not seen it.
        if place === primary { primaryEpoch = nil }
        return place
    }

    private func findLoss() -> (LedgerPlace, reason: String, companions: [String])? {
        guard let (place, file) = active else { return nil }
        if !file.isInPlace { return (place, "the file was removed or replaced", file.leftBeside) }
        return place.findIntruder().map { (place, $0, []) }
    }

    /// Finds a file that takes everything, and goes on there.
    ///
    /// - Parameter holder: the place whose file holds this very replay state.
    private func takeUp(
        _ content: LedgerContent, avoiding broken: LedgerPlace? = nil, heldBy holder: LedgerPlace? = nil
    ) {
        for place in [primary, fallback] where place !== broken {
            guard let file = takeUp(place, content, heldBy: holder) else { continue }
            active = (place, file)
            (isLossTold, isInMemory) = (false, false)
            if place === fallback {
                changes.append(
                    .movedToFallback(file: primary.path, reason: lastReason, fallback: fallback.path))
            } else {
                fallback.removeFile()
            }
            return
        }
        if !isLossTold { changes.append(isInMemory ? .inMemory(reason: lastReason) : .lost(reason: lastReason)) }
        isLossTold = true
    }

    /// Opens one of the files and writes everything into it as the newest; nil if that fails.
    private func takeUp(_ place: LedgerPlace, _ content: LedgerContent, heldBy holder: LedgerPlace?) -> LedgerFile? {
        do {
            try place.takeLock()
        } catch {
            lastReason = error.description
            // The other file's lock keeps other daemons out.
            if error.isHeld || !primary.isLocked && !fallback.isLocked { return nil }
        }
        do {
            let file = try place.open(bootID: bootID)
            let strangers = place === primary ? try findStrangers(in: file, beyond: content) : nil
            let head = LedgerFile.Head(epoch: epoch + 1, id: id, boot: isSettled ? bootID : nil)
            let replay = strangers.map { content.replay.joined(with: $0.replay) } ?? content.replay
            let isThere = place === holder && strangers == nil
            try file.takeOver(
                head, openings: content.openings + (strangers?.openings ?? []), replay: isThere ? nil : replay,
                keys: content.keys)
            epoch += 1
            if place === primary { primaryEpoch = epoch }
            if let strangers { take(strangers) }
            return file
        } catch {
            lastReason = error.description
            if error.isDamage { setAside(place) }
            return nil
        }
    }

    /// What StateFile holds and nobody knows of, if it is not what was last read or written there.
    private func findStrangers(
        in file: LedgerFile, beyond known: LedgerContent
    ) throws(LedgerFile.Failure) -> LedgerContent? {
        let content = try file.read()
        if content.head.epoch == primaryEpoch { return nil }
        epoch = max(epoch, content.head.epoch)
        if let other = content.head.id, other != id { formerIDs.insert(other) }
        let openings = Self.unknown(content.openings.map { $0.opening(in: bootID) }, beside: known.openings)
        return LedgerContent(openings: openings, replay: content.replay.beyond(known.replay))
    }

    private func take(_ strangers: LedgerContent) {
        found += strangers.openings
        if strangers.replay.isEmpty { return }
        foundReplay = RecordedReplayState(
            state: strangers.replay, ledgerID: id, wasMadeAnew: false, isOfAnotherBoot: false, isDamaged: false)
    }

    /// What a file holds; nil if it cannot be read.
    private func read(_ place: LedgerPlace) -> LedgerFile.Content? {
        do {
            return try place.read()
        } catch {
            lastReason = error.description
            if error.isDamage { setAside(place) }
            return nil
        }
    }

    private func setAside(_ place: LedgerPlace) {
        if let aside = place.setAside() { changes.append(.damaged(file: place.path, movedTo: aside)) }
    }
}
