import Foundation
import Glibc
import TestSupport

/// Kills a daemon again and again by a plan while knocks arrive, and restarts it at once. Records what `KillVerdict`
/// needs.
final class KillWalk {
    /// One run of the daemon. Times are in seconds since the boot, as the doors' commands write them.
    struct Life {
        let daemon: Daemon
        /// Whether the ledger can be written in its own place. Otherwise the daemon has to log once where it is.
        let isHome: Bool
        let launched = KillWalk.now
        var ready: Double?
        /// The time when the daemon or one of its roles was first killed.
        var disturbed: Double?
        var ended: Double?
    }

    static let timeouts = ["classic": 1.0, "signed": 2.0]
    /// The widest window, so that no knock is refused as too old, only as a replay.
    static let configuration =
        Site.signedOptions("TimeWindow = 300") + section("classic", "sequence = 7000,8000")
        + section("signed", "keys = *")
    private static let marker = "10.9.0.1"

    let site: Site
    let plan: KillPlan
    private var generator: SeededGenerator
    /// Shell text for each daemon, see `Daemon`; and whether the ledger can then be in its own place.
    private let preparing: String
    private let isHome: Bool
    private var datagrams: [String] = []
    private var sender: SpawnedProgram?
    /// The time when the plan began.
    private(set) var begin = 0.0
    /// The time after which no knock of the plan was sent.
    private(set) var finished = 0.0
    /// The numbers of knocks sent before the end.
    var sentCounts: (classic: Int, signed: Int) {
        (plan.knocks.count { moment($0.time) < finished }, plan.signedKnocks.count { moment($0.time) < finished })
    }
    private(set) var lives: [Life] = []
    private(set) var killCount = 0
    private(set) var faults: [String] = []
    /// Roles of killed daemons, with the time by which they must have exited.
    private var orphans: [(role: RunningProcess, deadline: Double)] = []

    init(on site: Site, kills: Int, using generator: SeededGenerator, preparing: String, isHome: Bool) {
        self.site = site
        (self.preparing, self.isHome) = (preparing, isHome)
        self.generator = generator
        plan = KillPlan(kills: kills, using: &self.generator)
    }

    static var now: Double { Double(Command.text(at: "/proc/uptime").prefix { $0 != " " }) ?? 0 }

    /// The time of an event of the plan.
    func moment(_ time: Int) -> Double { begin + Double(time) / 1000 }

    /// Whether the start command for this address hangs after it has opened; `fails` says whether the first stop
    /// command fails.
    static func hangs(_ address: String) -> Bool { address.hasSuffix("3") }
    static func fails(_ address: String) -> Bool { address.hasSuffix("7") }
    /// The time after which a hanging start command is killed, in seconds. Its door's time is shorter.
    static let shortestStart = 5.0

    /// The start command takes a while, so that a test sees a stop command that runs too early.
    private static func section(_ door: String, _ opener: String) -> String {
        let once = "@DIR@/failed-\(door)-%IP%"
        let failing = "case %IP% in *7) test -e \(once) || { : > \(once); exit 1; };; esac"
        return """
            [\(door)]
            \(opener)
            start_command = sleep 0.2; \(DoorText.recordCheaply("start \(door)")); case %IP% in *3) exec sleep 300;; esac
            stop_command = \(failing); \(DoorText.recordCheaply("stop \(door)"))
            cmd_timeout = \(Int(timeouts[door] ?? 0))


            """
    }

    // MARK: Before

    /// Makes keys and configuration.
    func prepare() throws {
        for key in KillPlan.keys { try site.makeKeys(key) }
        try site.write("knockd.conf", Self.configuration)
    }

    /// Runs a first daemon with the ledger in its own place, and kills it with doors open.
    func liveOnceAtHome() async throws {
        lives.append(Life(daemon: try site.launch(), isHome: true))
        try await becomeReady()
        try site.knock(7000, 8000, from: "10.8.0.1")
        try site.knockSigned("signed", key: KillPlan.keys[0], from: "10.8.0.2")
        try await site.waitFor("both starts") { site.events.count == 2 }
        try await kill(site.daemons[0].this, roles: site.daemons[0].roles)
    }

    // MARK: The walk

    /// Executes the plan, until its end or that of the round.
    func walk(_ round: Soak.Round) async throws {
        try launch()
        try await becomeReady()
        try startKnocking()
        try await site.waitFor("the first knock") { site.events.contains("start classic \(Self.marker)") }
        begin = Self.now
        for next in plan.kills {
            if round.isOver { break }
            try await wait(until: moment(next.time))
            try await kill(next.target)
        }
        if !round.isOver { try await wait(until: moment(plan.end)) }
        finished = Self.now
        sender?.end()
        try await becomeReady()
        try await site.waitFor("both roles") { lives.last?.daemon.roles.count == 2 }
    }

    /// Sends every datagram again, waits until all openings are closed, and stops the daemon.
    func finish() async throws {
        let sent = zip(plan.signedKnocks, datagrams).filter { moment($0.0.time) < finished }
        let sender = try site.startInject(
            sent.enumerated().map { "\($0 * 10) " + site.signedFrame($1.1, from: $1.0.other) })
        try await site.waitFor("the sender to end", polling: .milliseconds(500)) { !sender.isRunning }
        // A later knock that opens shows that all earlier ones have been judged.
        try await site.knockSignedUntilOpen("signed", key: KillPlan.keys[0], from: Self.marker)
        try? await site.waitFor("everything to be closed") {
            Set(site.events.filter { $0.hasPrefix("start") }.map { $0.dropFirst(6) })
                .isSubset(of: site.events.filter { $0.hasPrefix("stop") }.map { $0.dropFirst(5) })
        }
        guard let daemon = lives.last?.daemon else { return }
        memory = [daemon.this.residentKiB, daemon.listener?.residentKiB ?? 0, daemon.verifier?.residentKiB ?? 0]
        daemon.signal(SIGTERM)
        try await site.waitFor("the daemon to end") { !daemon.isRunning }
        if daemon.exit != 0 { faults.append("the last daemon ended with \(daemon.exit ?? 0)") }
        try await site.waitFor("no process of any daemon to be left") {
            !site.server.runningProcesses.contains { $0.isKnockd }
        }
    }

    /// The resident KiB of Doorkeeper, Listener and Verifier at the end.
    private(set) var memory: [Int] = []

    /// Starts to send all knocks of the plan, after one knock that shows when they begin.
    private func startKnocking() throws {
        let now = Site.timestamp
        datagrams = try site.sign("signed", by: plan.signedKnocks.map { ($0.key, now + $0.time) })
        let marker = [7000, 8000].map { "0 " + site.frame($0, from: Self.marker) }
        sender = try site.startInject(marker + plan.frames(on: site, datagrams))
    }

    private func launch() throws {
        lives.append(Life(daemon: try site.launch(preparing: preparing), isHome: isHome))
    }

    private func becomeReady() async throws {
        let deadline = Self.now + Site.patience
        while lives.last?.ready == nil {
            if Self.now > deadline { throw HarnessError("no daemon is ready\n\(site.daemons.last?.log ?? "")") }
            try await wait(until: Self.now)
        }
    }

    /// Waits, and watches daemons and roles meanwhile.
    private func wait(until moment: Double) async throws {
        repeat {
            try look()
            try await Task.sleep(for: .milliseconds(5))
        } while Self.now < moment
    }

    private func look() throws {
        orphans.removeAll { !$0.role.isAlive }
        for orphan in orphans where orphan.deadline < Self.now {
            faults.append("\(orphan.role) has outlived its Doorkeeper by 2 s")
        }
        orphans.removeAll { $0.deadline < Self.now }
        guard let life = lives.last else { return }
        if life.ready == nil, life.daemon.output.contains("listening on") { lives[lives.count - 1].ready = Self.now }
        if life.daemon.isRunning { return }
        // A daemon exits by itself if a role is killed while it starts, so that is no fault.
        if life.ready != nil || life.disturbed == nil {
            faults.append("a daemon has ended by itself: \(life.daemon.log)")
        }
        lives[lives.count - 1].ended = Self.now
        try launch()
    }

    // MARK: Killing

    private func kill(_ target: KillPlan.Target) async throws {
        guard let life = lives.last else { return }
        let (daemon, roles) = (life.daemon, life.daemon.roles)
        killCount += 1
        if life.disturbed == nil { lives[lives.count - 1].disturbed = Self.now }
        let name = target == .listener ? "--role=listener" : "--role=verifier"
        if !target.endsTheDaemon, let role = roles.first(where: { $0.commandLine.contains(name) }) {
            return role.signal(SIGKILL)
        }
        if target == .all {
            for role in roles.shuffled(using: &generator).dropFirst(generator.oneIn(2) ? 0 : 1) { role.signal(SIGKILL) }
        }
        try await kill(daemon.this, roles: roles)
        try launch()
    }

    private func kill(_ doorkeeper: RunningProcess, roles: [RunningProcess]) async throws {
        doorkeeper.signal(SIGKILL)
        let daemon = lives[lives.count - 1].daemon
        try await site.waitFor("the killed daemon to be gone", polling: .milliseconds(1)) {
            !daemon.isRunning
        }
        lives[lives.count - 1].ended = Self.now
        orphans += roles.map { ($0, Self.now + 2) }
    }
}
