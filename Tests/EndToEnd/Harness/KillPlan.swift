import TestSupport

/// A plan of kills and knocks. All of it is drawn before anything happens, so that a seed repeats it. Times are
/// milliseconds from the start of the plan.
struct KillPlan {
    enum Target {
        case doorkeeper, listener, verifier, all

        /// Targets that end the daemon are drawn more often.
        static let drawn: [Target] = [.doorkeeper, .doorkeeper, .doorkeeper, .listener, .verifier, .all, .all]
        var endsTheDaemon: Bool { self == .doorkeeper || self == .all }
    }

    struct Kill {
        let time: Int
        let target: Target
    }

    /// A classic knock; each address knocks once.
    struct Knock {
        let time: Int
        let source: String
        /// The time from the first port to the second.
        let pause: Int
    }

    /// A signed knock, and the times of its copies, from its own source or from the other one.
    struct SignedKnock {
        let time: Int
        let source: String
        let other: String
        let key: String
        var copies: [(time: Int, isFromOther: Bool)] = []
    }

    /// The time before the first kill and after the last.
    private static let quiet = 1500
    private static let knocksASecond = 20
    private static let signedKnocksASecond = 12
    static let keys = (1...12).map { "key\($0)" }

    let kills: [Kill]
    let knocks: [Knock]
    private(set) var signedKnocks: [SignedKnock]
    /// The end of the plan.
    let end: Int

    init(kills count: Int, using generator: inout SeededGenerator) {
        var time = Self.quiet
        var kills: [Kill] = []
        for _ in 0..<count {
            let target = Target.drawn.randomElement(using: &generator) ?? .all
            kills.append(Kill(time: time, target: target))
            time += Self.gap(after: target, using: &generator)
        }
        self.kills = kills
        let end = time + Self.quiet
        self.end = end
        knocks = Self.times(end, Self.knocksASecond, using: &generator).enumerated().map { number, time in
            Knock(time: time, source: Self.address(1, number), pause: .random(in: 1...40, using: &generator))
        }
        signedKnocks = Self.times(end, Self.signedKnocksASecond, using: &generator).enumerated().map { number, time in
            SignedKnock(
                time: time, source: Self.address(2, number), other: Self.address(3, number),
                key: Self.keys[number % Self.keys.count])
        }
        drawCopies(using: &generator)
    }

    /// The time to the next kill: in the middle of a restart, after recovery, or in between.
    private static func gap(after target: Target, using generator: inout SeededGenerator) -> Int {
        if generator.oneIn(5) { return .random(in: 20...250, using: &generator) }
        if target.endsTheDaemon, generator.oneIn(3) { return .random(in: 1800...2300, using: &generator) }
        return .random(in: 300...1500, using: &generator)
    }

    private static func times(_ end: Int, _ rate: Int, using generator: inout SeededGenerator) -> [Int] {
        (0..<(end * rate / 1000)).map { _ in Int.random(in: 0..<end, using: &generator) }.sorted()
    }

    private static func address(_ net: Int, _ number: Int) -> String {
        "10.\(net).\(number / 250).\(number % 250 + 1)"
    }

    /// Draws the copies. Each datagram is repeated, soon or late, and some are repeated right after each kill that ends
    /// the daemon.
    private mutating func drawCopies(using generator: inout SeededGenerator) {
        for index in signedKnocks.indices {
            let pause = generator.oneIn(2) ? 1...60 : 500...10_000
            let time = signedKnocks[index].time + Int.random(in: pause, using: &generator)
            signedKnocks[index].copies.append((time, Bool.random(using: &generator)))
        }
        for kill in kills where kill.target.endsTheDaemon {
            for _ in 0..<6 {
                let time = kill.time + Int.random(in: 20...900, using: &generator)
                let known = signedKnocks.indices.prefix { signedKnocks[$0].time < time }
                guard let index = known.suffix(60).randomElement(using: &generator) else { continue }
                signedKnocks[index].copies.append((time, !generator.oneIn(4)))
            }
        }
    }

    /// All knocks and copies, as lines for the sender.
    ///
    /// - Parameter datagrams: the datagrams of the signed knocks.
    func frames(on site: Site, _ datagrams: [String]) -> [String] {
        var frames: [(time: Int, line: String)] = []
        for knock in knocks {
            frames.append((knock.time, site.frame(7000, from: knock.source)))
            frames.append((knock.time + knock.pause, site.frame(8000, from: knock.source)))
        }
        for (knock, datagram) in zip(signedKnocks, datagrams) {
            for (time, isFromOther) in [(knock.time, false)] + knock.copies {
                frames.append((time, site.signedFrame(datagram, from: isFromOther ? knock.other : knock.source)))
            }
        }
        return frames.sorted { $0.time < $1.time }.map { "\($0.time) \($0.line)" }
    }
}
