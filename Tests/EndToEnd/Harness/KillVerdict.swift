import Foundation

/// The verdict on a walk: all forbidden events, and a check that enough happened for the test to mean something.
struct KillVerdict {
    let faults: [String]
    let summary: String
    /// The number of knocks in calm times, and the number of openings by them.
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

    /// All commands run for one address at one door.
    private struct Opening {
        let door: String
        let address: String
        var starts: [Double] = []
        var stops: [Double] = []

        var name: String { "\(door) \(address)" }
        /// A failed stop command is run again after a second.
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

    /// The longest time that one daemon ran while an opening was overdue. If it is killed before it closes the opening,
    /// the next daemon has the same time again.
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

    /// The history of one opening, for the failure report.
    private static func story(of opening: Opening, _ walk: KillWalk) -> String {
        let events = "started at \(opening.starts), stopped at \(opening.stops)"
        let told = walk.lives.map { life in
            let lines = life.daemon.log.split(separator: "\n").filter { $0.contains(opening.address) }
            let span = "launched \(life.launched), ready \(life.ready ?? 0), ended \(life.ended ?? 0)"
            return lines.isEmpty ? "" : "\(span):\n" + lines.joined(separator: "\n") + "\n"
        }
        return events + "\n" + told.joined()
    }

    /// Knocks accepted twice. The log shows that better than the commands, since an accepted knock need not start one.
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

    /// Errors that SQLite finds in the ledgers. It checks copies, since it could not work on a full disk.
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

    /// Knocks that arrived when a daemon had been ready for a while and remained so for a while.
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
