import Foundation
import Glibc

/// One case, played once against one daemon.
struct ConformanceRun {
    private static let signals = ["TERM": SIGTERM, "INT": SIGINT, "HUP": SIGHUP, "KILL": SIGKILL]

    let one: ConformanceCase
    let program: String
    /// Whether the daemon counts whole seconds of the clock, so that plays must begin at the same part of a second.
    let countsWholeSeconds: Bool
    let site: Site

    /// Plays the case; returns what came of it, as the corpus has it.
    func outcome() async throws -> [String] {
        let folder = "\(site.scratch)/\(Tag.next())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["varlib", "run", "varlog"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        let configuration = "\(folder)/knockd.conf"
        // A case without a configuration is one of a file that is not there.
        if !one.configuration.isEmpty { try write(one.configuration, to: configuration, folder) }
        if let text = one.oneTimeFile { try write(text, to: "\(folder)/once", folder) }

        let daemon = try Daemon(
            in: site.server, scratch: folder, number: 1,
            arguments: ["-i", "ks0", "-c", configuration, "-v"] + one.arguments, preparing: "true", program: program)
        defer { daemon.end() }
        try await site.waitFor("“\(one.name)” to start") {
            !daemon.isRunning || daemon.output.contains("listening on ks0...")
        }
        if daemon.isRunning { try await play(daemon, folder) }
        // A busy machine may be late. The recordings of the real knockd have only what came in time.
        if !countsWholeSeconds, one.pending == nil {
            try? await site.waitFor("what is expected of “\(one.name)”") { outcome(of: daemon, folder) == one.expected }
        }
        return outcome(of: daemon, folder)
    }

    /// The outcome so far, while the daemon runs.
    private func outcome(of daemon: Daemon, _ folder: String) -> [String] {
        let condition = condition(of: daemon)
        let told = lines("log", "\(folder)/stdout.1", folder)
            .filter {
                $0 != "log listening on ks0..." && !$0.hasPrefix("log the listener is jailed: ")
                    // knockd does not say why an attempt is over.
                    && !$0.contains(": attempt at stage ")
            }
        // knockd tells of its commands from other processes, so that only each kind keeps its order.
        let runs = told.filter(Self.tellsOfCommand).map { "run" + $0.dropFirst(3) }
        return lines("ran", "\(folder)/out", folder) + lines("once", "\(folder)/once", folder)
            + told.filter { !Self.tellsOfCommand($0) }.map(Self.withoutWords) + runs
            + lines("err", "\(folder)/stderr.1", folder).map(Self.withoutWords) + [condition]
    }

    private static func tellsOfCommand(_ line: String) -> Bool {
        line.contains(": running command: ") || line.hasSuffix(": command timeout")
    }

    /// Where a fault is, and no more: in which words it is told is for other tests.
    private static func withoutWords(_ line: String) -> String {
        let line = line.replacing(#/ \d\d:\d\d:\d\d$/#, with: " TIME")
        guard let place = line.firstMatch(of: #/^(?:log|err) @DIR@/[a-z.]+:\d+:\d+: /#) else { return line }
        return place.output + "…"
    }

    private func write(_ text: String, to path: String, _ folder: String) throws {
        try text.replacingOccurrences(of: "@DIR@", with: folder).replacingOccurrences(
            of: "@OUT@", with: folder + "/out"
        )
        .write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func play(_ daemon: Daemon, _ folder: String) async throws {
        // Debian's knockd says that it listens a moment before it does.
        try await Task.sleep(for: .milliseconds(100))
        if countsWholeSeconds {
            while !(0.05..<0.1).contains(Date().timeIntervalSince1970.truncatingRemainder(dividingBy: 1)) {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        let start = ContinuousClock.now
        let sender = try send(folder)
        for step in one.play {
            try await Task.sleep(until: start + .seconds(step.seconds))
            switch step.action {
            case .frame: continue
            case .signal(let name):
                guard let number = Self.signals[name] else { throw HarnessError("no signal \(name)") }
                if daemon.isRunning { daemon.signal(number) }
            case .newConfiguration: try write(one.newConfiguration, to: "\(folder)/knockd.conf", folder)
            }
        }
        try await Task.sleep(until: start + .seconds((one.play.last?.seconds ?? 0) + one.end))
        try await site.waitFor("the frames of “\(one.name)” to be sent") { !sender.isRunning }
        guard sender.exit == 0 else { throw HarnessError("“\(one.name)”: \(Command.text(at: "\(folder)/sender"))") }
    }

    private func send(_ folder: String) throws -> SpawnedProgram {
        let frames = one.play.compactMap { step in
            if case .frame(let line) = step.action { "\(Int(step.seconds * 1000)) \(line)\n" } else { nil }
        }
        try frames.joined().write(toFile: "\(folder)/frames", atomically: false, encoding: .utf8)
        return try SpawnedProgram(
            site.client.inside([Host.inject, "kc0", Site.serverHardware, "frames"]), input: "\(folder)/frames",
            output: "\(folder)/sender")
    }

    private func lines(_ kind: String, _ path: String, _ folder: String) -> [String] {
        let all = Command.text(at: path).replacingOccurrences(of: folder + "/out", with: "@OUT@")
            .replacingOccurrences(of: folder, with: "@DIR@").replacingOccurrences(of: program + ":", with: "knockd:")
            .split(separator: "\n")
        // How to call the program is no part of its behaviour.
        let told = all.prefix { !$0.hasPrefix("usage: ") }.map { "\(kind) \($0)" }
        return told.count < all.count ? told + ["\(kind) usage"] : told
    }

    private func condition(of daemon: Daemon) -> String {
        guard let exit = daemon.exit else { return "runs" }
        return exit < 0 ? "ended by signal \(-exit)" : "ended with status \(exit)"
    }
}
