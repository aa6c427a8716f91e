// Shows that reloads lose nothing: a thousand of them, as fast as the daemon takes them, change the doors around one
// door, while spoofed first knocks come in by the thousand a second; every second file is broken, each in another way, and
// is refused. Every legitimate knock at that door, its steps spread over many reloads, opens it once, every spoofed one
// is accounted for, and the processes remain.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite(.alone) struct S33ReloadsUnderLoad {
        private static let reloads = 1000
        private static let knockersAWave = 30
        private static let floodAWave = 10_000

        @Test func aThousandReloadsUnderAFloodLoseNothing() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(doors(0))
            let listener = try #require(daemon.listener)
            var waves: [Wave] = []
            let reloads = try LineCount(of: "re-opening log file", in: "\(site.scratch)/stdout.1")
            for number in 1...Self.reloads {
                if waves.last?.isOver ?? true { waves.append(try startWave(waves.count, on: site)) }
                try number.isMultiple(of: 2) ? site.replace("knockd.conf", doors(number / 2)) : spoil(site, number / 2)
                daemon.signal(SIGHUP)
                // Told once the file was read, good or bad.
                try await site.waitFor("reload \(number)", polling: .milliseconds(1)) {
                    try reloads.now() == number
                }
            }
            for wave in waves { try await site.waitFor("the packets to be sent") { wave.isOver } }
            #expect(!waves.contains { !$0.wasSent })

            let knockers = Set(waves.flatMap(\.knockers))
            for what in ["start", "stop"] {
                let all = Set(knockers.map { "\(what) stays \($0)" })
                try? await site.waitFor("each \(what)") { Set(site.events).isSuperset(of: all) }
                let found = site.events.filter { $0.hasPrefix(what) }
                #expect(
                    found.count == all.count && Set(found) == all,
                    "\(found.count), not \(all.subtracting(found).sorted())")
            }
            // Two lines a knocker, and one a spoofed knock.
            let accepted = waves.count * Self.floodAWave + 2 * knockers.count
            try? await site.waitFor("the last count") { toldAndLeftOut(daemon) >= accepted }
            #expect(toldAndLeftOut(daemon) == accepted)

            try site.knock(5000, 5001)
            try site.knock(6000, 6001)
            try await site.waitFor("the last configuration's door") {
                site.events.last == "start even 198.18.1.2"
            }
            #expect(!site.events.contains("start odd 198.18.1.2"))
            #expect(daemon.isRunning && daemon.roles == [listener])
            #expect(daemon.output.lines(containing: "re-reading config file").count == Self.reloads)
            for text in [daemon.output, daemon.errors, site.read("log")] {
                #expect(
                    text.lines(containing: "has errors, the configuration stays as it was").count == Self.reloads / 2)
            }
            let others = daemon.errors.split(separator: "\n").filter { !$0.contains("knockd.conf") }
            #expect(others.isEmpty, "\(others)")
        }

        /// Puts a file that must be refused in the configuration's place, or leaves none there.
        private func spoil(_ site: Site, _ number: Int) throws {
            let good = doors(number)
            let broken = [
                "[options]\nIntrface = ks0\n" + good, good + "[more\nsequence = 1,2\n",
                good.replacingOccurrences(of: "9000", with: "90000"), good + "[shut]\nstart_command = true\n",
                String(good.prefix(good.count / 2)) + "\nsequence = \n", "\0\u{1B}\n" + good,
            ]
            let kind = number % (broken.count + 1)
            if kind < broken.count { return try site.replace("knockd.conf", broken[kind]) }
            try FileManager.default.removeItem(atPath: "\(site.scratch)/knockd.conf")
        }

        /// The configuration of one reload: the door that stays has another number each time, and other neighbours.
        private func doors(_ number: Int) -> String {
            let log = "[options]\nLogFile = @DIR@/log\n\n"
            let stays = DoorText.recording("stays", "7000,8000,9000", timeout: 2, "seq_timeout = 600")
            guard number.isMultiple(of: 2) else {
                return log + DoorText.withoutStop("odd", "5000,5001") + DoorText.withoutStop("more", "5002,5003:udp")
                    + stays
            }
            return log + stays + DoorText.withoutStop("even", "6000,6001", "tcpflags = syn,!ack")
        }

        /// Two seconds of knocks.
        private struct Wave {
            let knockers: [String]
            let senders: [SpawnedProgram]

            var isOver: Bool { !senders.contains { $0.isRunning } }
            var wasSent: Bool { senders.allSatisfy { $0.exit == 0 } }
        }

        private func startWave(_ number: Int, on site: Site) throws -> Wave {
            let knockers = (1...Self.knockersAWave).map { "198.18.\(2 + number).\($0)" }
            let steps = [7000, 8000, 9000].enumerated().flatMap { step, port in
                knockers.enumerated().map { "\(step * 600 + $0.offset * 20) " + site.frame(port, from: $0.element) }
            }
            let flood = try site.startFlood(
                count: Self.floodAWave, perSecond: 5_000, port: 7000, from: "10.\(number).0.1")
            return Wave(knockers: knockers, senders: [flood, try site.startInject(steps)])
        }

        /// Counts lines of a file that grows, without reading all of it each time.
        private final class LineCount {
            private let text: String
            private let file: FileHandle
            private var rest = ""
            private var count = 0

            init(of text: String, in path: String) throws {
                self.text = text
                file = try #require(FileHandle(forReadingAtPath: path))
            }

            func now() throws -> Int {
                rest += String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
                guard let end = rest.lastIndex(of: "\n") else { return count }
                count += String(rest[...end]).lines(containing: text).count
                rest.removeSubrange(...end)
                return count
            }
        }

        /// The lines about stages before the last, written or only counted.
        private func toldAndLeftOut(_ daemon: Daemon) -> Int {
            daemon.output.split(separator: "\n").reduce(0) { sum, line in
                if line.hasSuffix("stays: Stage 1") || line.hasSuffix("stays: Stage 2") { return sum + 1 }
                return sum
                    + (String(line).containsAny(of: LogWords.linesLeftOut)
                        ? line.split(separator: " ").lazy.compactMap { Int($0) }.first ?? 0 : 0)
            }
        }
    }
}
