import Doors
import Linux

/// Moves of a ledger: their target, the content moved, and unknown content found there.
extension FailoverLedger {
    /// Tries to move the ledger to the configured file or, if it is in no file, to either one. Call it every few
    /// seconds while the ledger is not home.
    package func tryToReturn(all: () -> LedgerContent) {
        guard !isHome else { return }
        let primary = places.primary
        if let store = open(primary, with: all()) {
            goOn(at: primary, store)
            news.changes.append(.movedBack(file: primary.path))
        } else if active == nil {
            writeAll(all(), avoiding: primary)
        }
    }

    /// Checks whether the file is still in place, and moves the ledger if it is not. Call it every few seconds.
    package func lookAtFile(all: () -> LedgerContent) {
        if let lost = leaveLostPlace() { writeAll(all(), avoiding: lost) }
    }

    /// Leaves a file that was removed or replaced, or that another daemon has taken; returns its place.
    func leaveLostPlace() -> LedgerPlace? {
        guard let (place, reason, companions) = findLoss() else { return nil }
        // Closes the file. SQLite does not touch another file of the same name.
        active = nil
        for path in companions { try? Files.remove(path) }
        trouble.reason = reason
        // This ledger has not read the file that may be there now.
        if place === places.primary { state.primaryRevision = nil }
        return place
    }

    private func findLoss() -> (LedgerPlace, reason: String, companions: [String])? {
        guard let (place, store) = active else { return nil }
        if !store.isInPlace { return (place, "the file was removed or replaced", store.leftBeside) }
        return place.findIntruder().map { (place, $0, []) }
    }

    /// Moves to the first file that accepts the whole content.
    ///
    /// - Parameter holder: the place whose file already holds exactly this replay state.
    func writeAll(_ content: LedgerContent, avoiding broken: LedgerPlace? = nil, heldBy holder: LedgerPlace? = nil) {
        let (primary, fallback) = (places.primary, places.fallback)
        for place in [primary, fallback] where place !== broken {
            guard let store = open(place, with: content, heldBy: holder) else { continue }
            // The log has said that the ledger is elsewhere, or nowhere.
            let isBack = place === primary && (trouble.isLossTold || broken === fallback)
            goOn(at: place, store)
            if place === fallback {
                news.changes.append(
                    .movedToFallback(file: primary.path, reason: trouble.reason, fallback: fallback.path))
            } else if isBack {
                news.changes.append(.movedBack(file: primary.path))
            }
            return
        }
        if !trouble.isLossTold {
            news.changes.append(trouble.isInMemory ? .inMemory(reason: trouble.reason) : .lost(reason: trouble.reason))
        }
        trouble.isLossTold = true
    }

    private func goOn(at place: LedgerPlace, _ store: SQLiteStore) {
        active = (place, store)
        (trouble.isLossTold, trouble.isInMemory) = (false, false)
        // The old content there must not be taken for new.
        if place === places.primary { places.fallback.removeFile() }
        decideAll()
    }

    /// Opens one of the files and writes the whole content into it as the newest revision; nil if that fails.
    private func open(
        _ place: LedgerPlace, with content: LedgerContent, heldBy holder: LedgerPlace? = nil
    ) -> SQLiteStore? {
        do throws(LedgerFailure) {
            try place.takeLock()
        } catch {
            trouble.reason = error.description
            // The other file's lock keeps other daemons out.
            if error.isHeld || !places.primary.isLocked && !places.fallback.isLocked { return nil }
        }
        do throws(LedgerFailure) {
            let store = try place.open(bootID: bootID)
            let unknown = place === places.primary ? try findUnknownEntries(in: store, beyond: content) : nil
            let head = StoredContent.Head(revision: state.revision + 1, id: id, boot: state.hasFloors ? bootID : nil)
            try store.takeOver(
                head, unknown.map(content.joined(with:)) ?? content,
                keepsReplayState: place === holder && unknown == nil)
            state.revision += 1
            if place === places.primary { state.primaryRevision = state.revision }
            if let unknown { tell(unknown) }
            return store
        } catch {
            trouble.reason = error.description
            if error.isDamage, let change = place.setAside() { news.changes.append(change) }
            return nil
        }
    }

    /// The unknown content of StateFile; nil if it still is what was last read or written there.
    private func findUnknownEntries(
        in store: SQLiteStore, beyond known: LedgerContent
    ) throws(LedgerFailure) -> LedgerContent? {
        let content = try store.read()
        if content.head.revision == state.primaryRevision { return nil }
        state.revision = max(state.revision, content.head.revision)
        if let other = content.head.id, other != id { formerIDs.insert(other) }
        let openings = content.openings.map { $0.opening(in: bootID) }.unknown(beside: known.openings)
        return LedgerContent(openings: openings, replay: content.replay.beyond(known.replay))
    }

    private func tell(_ unknown: LedgerContent) {
        news.openings += unknown.openings
        if !unknown.replay.isEmpty { news.replay = (news.replay ?? ReplayState()).joined(with: unknown.replay) }
    }
}
