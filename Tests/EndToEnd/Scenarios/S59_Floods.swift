// Shows that no flood keeps the owners out: spoofed first knocks, junk at the signed port as fast as it can be sent, junk
// with a captured live hint, and the valid knocks of one key by the thousand. Whoever knocks meanwhile is in within two
// seconds and out in time, memory stays flat, and the log small. And that junk is refused by the kernel while it comes, and
// looked at again when it is quiet.
import Foundation
import Hints
import Keys
import Packets
import SignedKnocks
import Testing

extension EndToEnd {
    /// In a soak they come in turn, until it is over.
    @Suite(.alone) struct S59Floods {
        private static let timeout = 3
        /// What a flood may add to the memory of each process, in KiB, and to the log, in bytes.
        private static let (mostMemory, mostLog) = (14 << 10, 256 << 10)

        /// The instruction of a filter that asks for a random number, as `ss` shows it.
        private static let random = "0x20 0 0 \(UInt32(0xFFFF_F000 + 56))"

        private struct Flooded {
            let site: Site
            let daemon: Daemon
            let resident: [Int]
            let logged: Int

            /// The daemon in its everyday state, of which the growth is measured.
            init() async throws {
                let site = try Site()
                try site.makeKeys("laptop", "phone")
                let daemon = try await site.start(Site.signedOptions() + Owners.doors(timeout: S59Floods.timeout))
                try await Owners(site, range: 0).knock()
                (self.site, self.daemon) = (site, daemon)
                resident = ([daemon.this] + daemon.roles).map(\.residentKiB)
                logged = daemon.output.utf8.count
            }

            /// Once the flood is over.
            func expectModesty(at place: SourceLocation = #_sourceLocation) {
                let now = ([daemon.this] + daemon.roles).map(\.residentKiB)
                #expect(now.count == 3 && daemon.errors.isEmpty, "\(daemon.errors.prefix(500))", sourceLocation: place)
                for (before, after) in zip(resident, now) {
                    #expect(
                        after - before < S59Floods.mostMemory, "\(resident), then \(now) KiB", sourceLocation: place)
                }
                let log = daemon.output.utf8.count - logged
                #expect(log < S59Floods.mostLog, "\(log) bytes of log", sourceLocation: place)
            }

            /// The programs of the packet sockets' filters, as `ss` shows them.
            var filters: String {
                get throws { try site.server.require("ss", "-0", "-b") }
            }
        }

        /// Lets the owners knock in the middle of it; says how long the slowest one took.
        private static func expectOwnersIn(_ flooded: Flooded, while flood: SpawnedProgram) async throws -> String {
            let owners = try Owners(flooded.site, range: 1)
            // In its midst, not at its begin.
            try await Task.sleep(for: .seconds(1))
            let worst = try await owners.knock()
            try #require(flood.isRunning, "the flood has ended too soon")
            try await owners.expectClosing(after: Double(timeout))
            flooded.expectModesty()
            let resident = ([flooded.daemon.this] + flooded.daemon.roles).map(\.residentKiB)
            return "the slowest of 20 in after \(Int(worst * 1000)) ms, \(resident) KiB"
        }

        /// What they are called, and how each goes.
        private static let floods: [(String, @Sendable () async throws -> String)] = [
            ("spoofed first knocks", spoofedFirstKnocks), ("junk", junk), ("junk with a captured hint", hintedJunk),
            ("junk with a captured hint, as fast as can be", fastHintedJunk), ("one key's knocks", knocksOfOneKey),
        ]

        @Test(.enabled(if: !Soak.isOn), arguments: floods.indices)
        func noFloodKeepsTheOwnersOut(number: Int) async throws {
            let (name, flood) = Self.floods[number]
            print("\(name): \(try await flood())")
        }

        @Test(.enabled(if: Soak.isOn)) func floodAfterFloodKeepsNobodyOut() async throws {
            try await Soak.rounds(of: "floods", share: 0.5, kills: 0) { round in
                var said: [String] = []
                for (name, flood) in Self.floods where !round.isOver || round.number == 1 {
                    said.append("\(name): \(try await flood())")
                }
                return said.joined(separator: "; ")
            }
        }

        private static func spoofedFirstKnocks() async throws -> String {
            let flooded = try await Flooded()
            defer { flooded.site.close() }
            let flood = try flooded.site.startFlood(count: 4_000_000, perSecond: 200_000, port: 7000)
            return try await expectOwnersIn(flooded, while: flood)
        }

        private static func junk() async throws -> String {
            let flooded = try await Flooded()
            defer { flooded.site.close() }
            let flood = try flooded.site.startJunk(count: 100_000_000, perSecond: 10_000_000)
            return try await expectOwnersIn(flooded, while: flood)
        }

        @Test(.enabled(if: !Soak.isOn)) func whileJunkComesTheKernelRefusesIt() async throws {
            let flooded = try await Flooded()
            defer { flooded.site.close() }
            let (site, listener) = (flooded.site, try #require(flooded.daemon.listener))
            // One instruction compares the first half of the hint.
            let half = try #require(UInt32(site.sign("signed").prefix(8), radix: 16))
            let hint = " \(half),"
            #expect(try !flooded.filters.contains(hint))
            let flood = try site.startJunk(count: 100_000_000, perSecond: 50_000)
            try await site.waitForLog("signed port: under flood, invalid datagrams are dropped in the kernel")
            #expect(try flooded.filters.contains(hint))
            let before = listener.processorTime
            try await Task.sleep(for: .seconds(3))
            let spent = listener.processorTime - before
            // It would have been some thirty milliseconds.
            #expect(spent < 6, "\(spent) ms of processor time")
            try await Owners(site, range: 1).knock()
            try #require(flood.isRunning)
            flood.end()
            try await site.waitForLog("signed port: quiet again")
            #expect(try !flooded.filters.contains(hint))
            #expect(flooded.daemon.output.lines(containing: "signed port: ").count == 2)
            try await Owners(site, range: 2).knock()
        }

        /// Before Linux 6.8 a socket's filter may take up so much memory.
        @Test(.enabled(if: !Soak.isOn)) func whereTheKernelHasNoRoomForTheHintsNobodyIsKeptOut() async throws {
            let site = try Site()
            defer { site.close() }
            try site.server.require("sysctl", "-qw", "net.core.optmem_max=20480")
            try site.makeKeys("laptop", "phone")
            for number in 1...40 { try site.knockctl("add", "key\(number)", "--server", "gw") }
            let daemon = try await site.start(Site.signedOptions() + Owners.doors(timeout: 60))
            let roles = daemon.roles
            let flood = try site.startJunk(count: 10_000_000, perSecond: 50_000)
            try await site.waitForLog("signed port: under flood, invalid datagrams are dropped in the kernel")
            try await Owners(site, range: 1).knock()
            try #require(flood.isRunning)
            #expect(daemon.roles == roles && daemon.errors.isEmpty, "\(daemon.errors)")
        }

        private static func hintedJunk() async throws -> String {
            let flooded = try await Flooded()
            defer { flooded.site.close() }
            // It is the hint of the owners' own key.
            let hint = String(try flooded.site.sign("signed", key: "phone").prefix(16))
            let flood = try flooded.site.startJunk(count: 10_000_000, perSecond: 20_000, head: hint)
            let report = try await expectOwnersIn(flooded, while: flood)
            #expect(try !flooded.filters.contains(random), "nothing is to be dropped within the share")
            return report
        }

        private static func fastHintedJunk() async throws -> String {
            let flooded = try await Flooded()
            defer { flooded.site.close() }
            let hint = String(try flooded.site.sign("signed", key: "laptop").prefix(16))
            let flood = try flooded.site.startJunk(count: 100_000_000, perSecond: 10_000_000, head: hint)
            try await flooded.site.waitFor("the kernel to drop most of it") { try flooded.filters.contains(random) }
            let report = try await expectOwnersIn(flooded, while: flood)
            flood.end()
            try await flooded.site.waitFor("the kernel to drop no more") { try !flooded.filters.contains(random) }
            return report
        }

        private static func knocksOfOneKey() async throws -> String {
            let flooded = try await Flooded()
            defer { flooded.site.close() }
            let site = flooded.site
            let knocks = try site.signMany(10_000, "signed", key: "laptop")
            let owners = try Owners(site, range: 1)
            _ = try site.startInject(
                knocks.enumerated().map { "\($0.offset / 10) " + site.signedFrame($0.element, from: "198.18.1.66") })
            let worst = try await owners.knock()
            try await owners.expectClosing(after: Double(timeout))
            try await site.waitFor("the refusals") { site.refusals("too many knocks from this key") > 0 }
            flooded.expectModesty()
            return "the slowest of 20 in after \(Int(worst * 1000)) ms"
        }
    }
}

extension Site {
    /// Datagrams in hexadecimal, signed by the implementation under test: the other one takes too long for thousands.
    fileprivate func signMany(_ count: Int, _ door: String, key: String) throws -> [String] {
        let content = Array(read("client/\(key).key").utf8)
        guard case .key(let found) = KeyFile.read(content, file: key), let generation = found.generations.last else {
            throw HarnessError("no key \(key)")
        }
        let signer = try KnockSigner(WorkingKeys(secret: generation.secret, server: found.server))
        return try (0..<count).map { number in
            let body = SignedKnockBody(
                timestamp: UInt64(Site.timestamp), address: nil, seconds: 0, operation: .open, door: door)
            let bytes = try signer.sign(body, nonce: Nonce(high: .random(in: 0 ... .max), low: UInt64(number)))
            return bytes.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
        }
    }
}
