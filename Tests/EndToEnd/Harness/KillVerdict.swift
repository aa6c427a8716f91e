import Foundation

/// What is to be thought of a walk: everything that must never be, and whether enough was to be seen.
struct KillVerdict {
    let faults: [String]
    let summary: String
    /// Of the knocks that came while all was well: how many there were, and how many opened.
    let calm: (knocks: Int, openings: Int)

    init(_ walk: KillWalk) throws {
        let openings = Self.openings(walk.site.timedEvents)
        let worst = openings.map { Self.lateness($0, lives: walk.lives) }.max() ?? 0
        faults =
            walk.faults + Self.openingFaults(openings, walk) + Self.repetitions(walk, openings)
            + Self.logFaults(walk.lives) + (try Self.ledgerFaults(walk.site))
        calm = Self.calm(walk, openings)
        summary =
            "\(walk.killCount) kills, \(walk.sentCounts.classic) knocks and \(walk.sentCounts.signed) signed ones, "
            + "\(openings.count) openings, \(calm.openings) of \(calm.knocks) in calm, at most "
            + String(format: "%.2f", worst) + " s late, \(walk.memory) KiB"
    }

    /// All that was run for one address at one door.
    private struct Opening {
        let door: String
        let address: String
        var starts: [Double] = []
        var stops: [Double] = []

        var name: String { "\(door) \(address)" }
        /// A stop command that has failed is run again after a second.
        var patience: Double { KillWalk.fails(address) ? 1 : 0 }
    }

    private static func openings(_ events: [TimedEvent]) -> [Opening] {
        var openings: [String: Opening] = [:]
        for event in events {
            let words = event.what.split(separator: " ").map(String.init)
            guard words.count == 3 else { continue }
            var opening = openings["\(words[1]) \(words[2])"] ?? Opening(door: words[1], address: words[2])
            if words[0] == "start" { opening.starts.append(event.seconds) } else { opening.stops.append(event.seconds) }
            openings[opening.name] = opening
        }
        return openings.values.filter { !$0.starts.isEmpty }.sorted { $0.starts[0] < $1.starts[0] }
    }

    private static func isStopped(_ opening: Opening) -> Bool {
        opening.starts.last.map { start in opening.stops.contains { $0 >= start } } ?? true
    }

    /// For how long a daemon has run while an opening was overdue: the longest of all daemons. One that is killed before it
    /// comes to it leaves it to the next, which has as long again.
    private static func lateness(_ opening: Opening, lives: [KillWalk.Life]) -> Double {
        guard let start = opening.starts.last else { return 0 }
        let time = KillWalk.timeouts[opening.door] ?? 0
        let due = start + (KillWalk.hangs(opening.address) ? KillWalk.shortestStart : time) + opening.patience
        let stop = opening.stops.first { $0 >= start } ?? .infinity
        return lives.reduce(0) { longest, life in
            max(longest, min(stop, life.ended ?? .infinity) - max(due, life.launched))
        }
    }

    private static func openingFaults(_ openings: [Opening], _ walk: KillWalk) -> [String] {
        openings.flatMap { opening -> [String] in
            let late = lateness(opening, lives: walk.lives)
            let faults = [
                opening.starts.count > 1 ? "was started \(opening.starts.count) times" : nil,
                isStopped(opening) ? nil : "was not stopped",
                late > 2 && late < .infinity ? "was stopped \(late) s late" : nil,
            ].compactMap { $0 }
            return faults.map { "\(opening.name) \($0):\n\(story(of: opening, walk))" }
        }
    }

    /// What happened to one opening, for whoever has to find out why.
    private static func story(of opening: Opening, _ walk: KillWalk) -> String {
        let events = "started at \(opening.starts), stopped at \(opening.stops)"
        let told = walk.lives.map { life in
            let lines = life.daemon.log.split(separator: "\n").filter { $0.contains(opening.address) }
            let span = "launched \(life.launched), ready \(life.ready ?? 0), ended \(life.ended ?? 0)"
            return lines.isEmpty ? "" : "\(span):\n" + lines.joined(separator: "\n") + "\n"
        }
        return events + "\n" + told.joined()
    }

    /// Knocks that counted twice: those told, since not every one that counts has to start something.
    private static func repetitions(_ walk: KillWalk, _ openings: [Opening]) -> [String] {
        let told = Dictionary(walk.site.openings.map { ($0, 1) }, uniquingKeysWith: +)
        let started = Set(openings.map(\.name))
        let classic = walk.plan.knocks.map { ["classic \($0.source)"] }
        let signed = walk.plan.signedKnocks.map { ["signed \($0.source)", "signed \($0.other)"] }
        return (classic + signed).compactMap { names in
            let count = names.reduce(0) { $0 + (told[$1] ?? 0) }
            let starts = names.count(where: started.contains)
            return count > 1 || starts > 1 ? "\(names) counted \(count) times, and was started \(starts) times" : nil
        }
    }

    private static func logFaults(_ lives: [KillWalk.Life]) -> [String] {
        let bad =
            [LogWords.replayStateLost, LogWords.ledgerInUse, "Fatal error"] + LogWords.ledgerDamaged
            + LogWords.noLedger + LogWords.notRecorded
        return lives.flatMap { life -> [String] in
            let log = life.daemon.log
            let said = life.daemon.output.lines(containing: "/run/knockd").count
            let moved =
                life.ready != nil && said != (life.isHome ? 0 : 1)
                ? ["a daemon named /run/knockd \(said) times:\n\(log)"] : []
            return moved + bad.flatMap { log.lines(containing: $0).map(String.init) }
        }
    }

    /// What SQLite finds wrong with the ledgers, which it looks at in a copy: with a disk that is full it could not.
    private static func ledgerFaults(_ site: Site) throws -> [String] {
        let program = """
            import glob, shutil, sqlite3, sys, tempfile
            for folder in sys.argv[1:]:
                with tempfile.TemporaryDirectory() as copies:
                    for file in glob.glob(folder + "/knockd/*.db*"): shutil.copy(file, copies)
                    for file in glob.glob(copies + "/*.db"):
                        said = sqlite3.connect(file).execute("PRAGMA integrity_check").fetchall()
                        if said != [("ok",)]: print(folder, file, said)
            """
        let folders = ["varlib", "run"].map { "\(site.scratch)/\($0)" }
        return try Command.require(["python3", "-c", program] + folders).split(separator: "\n").map(String.init)
    }

    /// Knocks that came when a daemon had been ready for a while, and stayed so for a while.
    private static func calm(_ walk: KillWalk, _ openings: [Opening]) -> (knocks: Int, openings: Int) {
        let started = Set(openings.map(\.name))
        let quiet = walk.lives.compactMap { life in
            life.ready.map { ($0 + 0.6, (life.disturbed ?? life.ended ?? .infinity) - 0.4) }
        }
        func isCalm(_ time: Int) -> Bool {
            let moment = walk.moment(time)
            return moment < walk.finished - 0.4 && quiet.contains { $0 <= moment && moment <= $1 }
        }
        let classic = walk.plan.knocks.filter { isCalm($0.time) }.map { ["classic \($0.source)"] }
        let signed = walk.plan.signedKnocks.filter { isCalm($0.time) }
            .map { ["signed \($0.source)", "signed \($0.other)"] }
        return (
            classic.count + signed.count,
            (classic + signed).count { $0.contains(where: started.contains) }
        )
    }
}
