import Foundation
import Glibc
import TestSupport

/// A daemon that is killed again and again by a plan, while knocks arrive, and that is started anew at once; and what was
/// seen meanwhile, for `KillVerdict`.
final class KillWalk {
    /// One run of the daemon. Times are seconds since the machine was started, as the doors' commands note them.
    struct Life {
        let daemon: Daemon
        /// Whether the ledger can be written where it belongs; else it is to say once where it lies.
        let isHome: Bool
        let launched = KillWalk.now
        var ready: Double?
        /// When it, or a role of it, was killed first.
        var disturbed: Double?
        var ended: Double?
    }

    static let timeouts = ["classic": 1.0, "signed": 2.0]
    /// The widest window: nothing is refused for being old, only for having been there.
    static let configuration =
        Site.signedOptions("TimeWindow = 300") + section("classic", "sequence = 7000,8000")
        + section("signed", "keys = *")
    private static let marker = "10.9.0.1"

    let site: Site
    let plan: KillPlan
    private var generator: SeededGenerator
    /// Shell text for each daemon, see `Daemon`, and whether its ledger can be at home then.
    private let preparing: String
    private let isHome: Bool
    private var datagrams: [String] = []
    private var sender: SpawnedProgram?
    /// When the plan began.
    private(set) var begin = 0.0
    /// When knocks were not sent any more.
    private(set) var finished = 0.0
    /// How many knocks were sent before the end.
    var sentCounts: (classic: Int, signed: Int) {
        (plan.knocks.count { moment($0.time) < finished }, plan.signedKnocks.count { moment($0.time) < finished })
    }
    private(set) var lives: [Life] = []
    private(set) var killCount = 0
    private(set) var faults: [String] = []
    /// Roles of daemons that were killed, and when they must be gone.
    private var orphans: [(role: RunningProcess, deadline: Double)] = []

    init(on site: Site, kills: Int, using generator: SeededGenerator, preparing: String, isHome: Bool) {
        self.site = site
        (self.preparing, self.isHome) = (preparing, isHome)
        self.generator = generator
        plan = KillPlan(kills: kills, using: &self.generator)
    }

    static var now: Double { Double(Command.text(at: "/proc/uptime").prefix { $0 != " " }) ?? 0 }

    /// When something of the plan happens.
    func moment(_ time: Int) -> Double { begin + Double(time) / 1000 }

    /// For these addresses the start command hangs once it has opened, and for those the first stop command fails.
    static func hangs(_ address: String) -> Bool { address.hasSuffix("3") }
    static func fails(_ address: String) -> Bool { address.hasSuffix("7") }
    /// When a start command that hangs is ended, in seconds; its door's time is shorter.
    static let shortestStart = 5.0

    /// Its start takes a while, so that a stop which is run too early would be seen.
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

    /// A daemon before all others, with the ledger where it belongs, that is killed with doors open.
    func liveOnceAtHome() async throws {
        lives.append(Life(daemon: try site.launch(), isHome: true))
        try await becomeReady()
        try site.knock(7000, 8000, from: "10.8.0.1")
        try site.knockSigned("signed", key: KillPlan.keys[0], from: "10.8.0.2")
        try await site.waitFor("both starts") { site.events.count == 2 }
        try await kill(site.daemons[0].this, roles: site.daemons[0].roles)
    }

    // MARK: The walk

    /// Goes through the plan, or as far as the round allows.
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

    /// Sends every datagram once more, and ends when all that was opened is closed and the daemon has ended.
    func finish() async throws {
        let sent = zip(plan.signedKnocks, datagrams).filter { moment($0.0.time) < finished }
        let sender = try site.startInject(
            sent.enumerated().map { "\($0 * 10) " + site.signedFrame($1.1, from: $1.0.other) })
        try await site.waitFor("the sender to end", polling: .milliseconds(500)) { !sender.isRunning }
        // What is judged after them: then they have been.
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

    /// Resident KiB of Doorkeeper, Listener and Verifier in the end.
    private(set) var memory: [Int] = []

    /// Puts all knocks of the plan on their way, with one before all others that shows when they begin.
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

    /// Waits, and sees meanwhile what becomes of daemons and roles.
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
        // Without its roles no daemon starts; that is for whoever starts it to see.
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
