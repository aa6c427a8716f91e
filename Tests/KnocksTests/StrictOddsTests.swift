import Base
import Knocks
import Packets
import TestSupport
import Testing

/// Strict doors between two adversaries: whoever scans ports must not open one, and whoever sends packets in its owner's
/// name must not keep him out. THREATS.md has the odds.
struct StrictOddsTests {
    private static let ports = 10_000
    #if DEBUG
        private static let scans = 40
    #else
        private static let scans = 4_000
    #endif

    /// A strict door of three knocks, all of them ports that are scanned.
    private func randomSequence(_ random: inout SeededGenerator) -> [Knock] {
        (0..<3).map { _ in
            Knock(random.oneIn(4) ? .udp : .tcp, UInt16.random(in: 1...UInt16(Self.ports), using: &random))
        }
    }

    /// Whether a scan opens a door. While there is no attempt, only a first knock can change anything: the others are
    /// left out, since a scan has many.
    private func opens(_ knocks: [Knock], _ scan: some Sequence<Knock>) -> Bool {
        let host = matcher(door(knocks: knocks, isStrict: true), capacity: 16)
        var isIdle = true
        for knock in scan where !isIdle || knock == knocks[0] {
            let packet = knock.transport == .tcp ? tcp(knock.port) : udp(knock.port)
            if host.receive(packet).contains(completed()) { return true }
            isIdle = host.attemptCount == 0
        }
        return false
    }

    // MARK: Scans

    /// The ports of a scan, in its order.
    private enum Order: String, CaseIterable {
        case ascending, descending, strides, blocks, retransmitted, pairs, evensThenOdds

        func ports(_ random: inout SeededGenerator) -> [UInt16] {
            let all = Array(1...UInt16(StrictOddsTests.ports))
            switch self {
            case .ascending: return all
            case .descending: return all.reversed()
            case .strides:
                let step = UInt16.random(in: 2...2_000, using: &random)
                return (0..<step).flatMap { stride(from: all[0] + $0, through: all[all.count - 1], by: Int(step)) }
            // As nmap -r sends them: so many at once, in any order, and those that nobody answers once more.
            case .blocks:
                let size = Int.random(in: 2...200, using: &random)
                return blocks(of: size, all).flatMap { $0.shuffled(using: &random) + $0.shuffled(using: &random) }
            case .retransmitted:
                let size = Int.random(in: 2...200, using: &random)
                return blocks(of: size, all).flatMap { $0 + $0 + $0 }
            case .pairs: return all.flatMap { [$0, $0] }
            case .evensThenOdds: return all.filter { $0 % 2 == 0 } + all.filter { $0 % 2 == 1 }
            }
        }

        private func blocks(of size: Int, _ all: [UInt16]) -> [[UInt16]] {
            stride(from: 0, to: all.count, by: size).map { Array(all[$0..<min($0 + size, all.count)]) }
        }
    }

    /// What a scan sends of each port.
    private static let kinds: [@Sendable (UInt16) -> [Knock]] = [
        { [Knock(.tcp, $0)] }, { [Knock(.udp, $0)] }, { [Knock(.tcp, $0), Knock(.udp, $0)] },
    ]

    @Test(arguments: Order.allCases.map(\.rawValue))
    func noScanWithAnOrderOpensARandomSequence(order: String) throws {
        var random = SeededGenerator(seed: 12)
        let order = try #require(Order(rawValue: order))
        for _ in 0..<Self.scans / 10 {
            let ports = order.ports(&random)
            for kind in Self.kinds {
                let knocks = randomSequence(&random)
                #expect(!opens(knocks, ports.flatMap(kind)), "\(knocks)")
            }
        }
    }

    @Test(
        arguments: [[7000, 8000, 9000], [7000, 7020, 7040], [7040, 7020, 7000], [7000, 7018, 7036]] as [[UInt16]])
    func noScanInOrderOpensPortsThatAreEighteenApart(ports: [UInt16]) {
        let knocks = ports.map { Knock(.tcp, $0) }
        for kind in Self.kinds {
            let scan = (1...UInt16(Self.ports)).flatMap(kind)
            #expect(!opens(knocks, scan))
            #expect(!opens(knocks, scan.reversed()))
        }
    }

    /// Scans in random order, each port so many times, of one transport or of both at once. The packets of the sequence
    /// lie anywhere among the others, so that their places say all: millions of scans take a moment.
    @Test(arguments: [1, 2, 3], [1, 2])
    func aScanInRandomOrderOpensOneOfAHundredThousandAtMost(repeats: Int, transports: Int) {
        var random = SeededGenerator(seed: 34)
        let packets = Self.ports * repeats * transports
        let tries = Self.scans * 500
        var opened = 0
        for _ in 0..<tries {
            let places = (0..<3).map { _ in (0..<repeats).map { _ in Int.random(in: 0..<packets, using: &random) } }
            let second = places[1].filter { two in places[0].contains { isTolerated($0, two) } }
            if places[2].contains(where: { three in second.contains { isTolerated($0, three) } }) { opened += 1 }
        }
        // Three times as many as there should be at most are as good as impossible.
        #expect(opened <= max(1, tries * 3 / 100_000), "\(opened) of \(tries)")
    }

    /// Eight sequences that open one door: a scan has the odds of all of them.
    @Test(arguments: [1, 2, 3])
    func aScanInRandomOrderOpensAWindowOfEightHardlyMoreOften(repeats: Int) {
        var random = SeededGenerator(seed: 90)
        let packets = Self.ports * repeats
        let tries = Self.scans * 100
        let tolerance = door(knocks: randomSequence(&random), isStrict: true, hasRivals: true).tolerance
        var opened = 0
        for _ in 0..<tries {
            let opens = (0..<8).contains { _ in
                let places = (0..<3).map { _ in (0..<repeats).map { _ in Int.random(in: 0..<packets, using: &random) } }
                let second = places[1].filter { two in places[0].contains { isTolerated($0, two, tolerance) } }
                return places[2].contains { three in second.contains { isTolerated($0, three, tolerance) } }
            }
            if opens { opened += 1 }
        }
        // 8 · R · (7/N)² is 1 in 85,000 for R = 3.
        #expect(opened <= max(1, tries * 3 / 85_000), "\(opened) of \(tries)")
    }

    private func isTolerated(_ place: Int, _ next: Int, _ tolerance: Int = KnocksLimits.wrongPackets) -> Bool {
        (1...tolerance + 1).contains(next - place)
    }

    /// The matcher and the places of the test above agree.
    @Test func theMatcherOpensWhereThePlacesSay() {
        var random = SeededGenerator(seed: 56)
        let knocks = [7000, 8000, 9000].map { Knock(.tcp, $0) }
        for _ in 0..<2_000 {
            let gaps = (0..<2).map { _ in Int.random(in: 10...24, using: &random) }
            let wrong = (0..<60).map { Knock(.tcp, UInt16(100 + $0)) }
            let scan = [knocks[0]] + wrong.prefix(gaps[0]) + [knocks[1]] + wrong.prefix(gaps[1]) + [knocks[2]]
            #expect(opens(knocks, scan) == gaps.allSatisfy { isTolerated(0, $0 + 1) }, "\(gaps)")
        }
    }

    // MARK: Owners

    /// What is sent in the owner's name, a packet each 10 ms.
    private enum Forger: String, CaseIterable {
        case anyPort, onePort, firstKnock, lastKnock, portsOfTheDoors, allKnocksInTurn

        func packet(_ knocks: [Knock], _ number: Int, _ random: inout SeededGenerator) -> Packet {
            let anyPort = UInt16.random(in: 1...65535, using: &random)
            let known = knocks + [Knock(.tcp, 5000), Knock(.tcp, 5001)]
            let knock: Knock =
                switch self {
                case .anyPort: Knock(random.oneIn(2) ? .udp : .tcp, anyPort)
                case .onePort: Knock(.tcp, 22)
                case .firstKnock: knocks[0]
                case .lastKnock: knocks[knocks.count - 1]
                case .portsOfTheDoors: known[Int.random(in: 0..<known.count, using: &random)]
                case .allKnocksInTurn: known[number % known.count]
                }
            return knock.transport == .tcp ? tcp(knock.port) : udp(knock.port)
        }
    }

    @Test(arguments: Forger.allCases.map(\.rawValue), [3, 4, 6])
    func aHundredForgedPacketsASecondKeepNoOwnerOut(forger: String, length: Int) throws {
        // Whoever knows the ports can end some attempts where six wrong packets are tolerated; one-time sequences are secret.
        for hasRivals in forger == "portsOfTheDoors" ? [false] : [false, true] {
            try keepNoOwnerOut(forger, length, hasRivals: hasRivals)
        }
    }

    private func keepNoOwnerOut(_ forger: String, _ length: Int, hasRivals: Bool) throws {
        var random = SeededGenerator(seed: 78)
        let forger = try #require(Forger(rawValue: forger))
        let knocks = (0..<length).map { Knock(.tcp, UInt16(20_000 + 1_000 * $0)) }
        let host = matcher(door(knocks: knocks, isStrict: true, hasRivals: hasRivals), door(5000, 5001))
        var (now, sent): (Milliseconds, Int) = (0, 0)
        /// The owner is let in if the door opens between his first knock and his last.
        func pass(until end: Milliseconds) -> Bool {
            var isOpen = false
            while now < end {
                now += 10
                sent += 1
                let outcomes = host.receive(forger.packet(knocks, sent, &random), at: now)
                isOpen = isOpen || outcomes.contains(completed())
            }
            return isOpen
        }
        for owner in 0..<200 {
            _ = pass(until: now + Milliseconds.random(in: 0...1_000, using: &random))
            var isOpen = false
            for knock in knocks {
                isOpen = host.receive(tcp(knock.port), at: now).contains(completed()) || isOpen
                isOpen = pass(until: now + 50) || isOpen
            }
            #expect(isOpen, "owner \(owner)")
        }
        #expect(host.attemptCount <= length)
    }
}
