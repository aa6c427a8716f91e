// Shows what is to be seen only by waiting, in one wait: noise at the signed port costs neither memory nor more than a line a
// minute, and a Listener or a Verifier that does not answer is replaced.
import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct S68WhatTakesItsTime {
        private static let configuration = Site.signedOptions() + DoorText.signed("door", keys: "*", timeout: 60)
        private static let waits: [(String, @Sendable () async throws -> Void)] = [
            ("noise", noiseIsCountedInALineAMinuteAndTakesNoMemory), ("listener", aListenerThatIsStoppedIsReplaced),
            ("verifier", aVerifierThatDoesNotAnswerIsReplaced),
        ]

        @Test(.long) func whoWaitsSeesIt() async {
            await sideBySide(Self.waits) { _, wait in try await wait() }
        }

        /// One that is good, sent after what was not: what came before has been judged when it opens.
        private static func pass(_ site: Site) async throws {
            try site.knockSigned("door", from: "198.18.1.9")
            try await site.waitFor("the good knock") { site.openings.last == "door 198.18.1.9" }
        }

        @Sendable private static func noiseIsCountedInALineAMinuteAndTakesNoMemory() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(configuration)
            try await pass(site)
            // Noise, and noise under the captured hint of a real knock.
            let hint = try site.sign("door").prefix(16)
            var generator = SystemRandomNumberGenerator()
            func noise(_ head: some StringProtocol) -> String {
                let bytes = (head.count / 2..<120).map { _ in UInt8.random(in: 0...255, using: &generator) }
                return head + bytes.map { String(256 + Int($0), radix: 16).dropFirst() }.joined()
            }
            func send() throws {
                let lines = (0..<2500).map { number in
                    "\(number / 5) " + site.signedFrame(noise(number % 2 == 0 ? "" : hint), from: "198.18.1.3")
                }
                try site.inject(lines)
            }
            try send()
            let before = daemon.roles.map(\.residentKiB)
            try send()
            let after = daemon.roles.map(\.residentKiB)
            for (less, more) in zip(before, after) { #expect(more - less < 512, "\(before) KiB, then \(after)") }
            try site.knockSigned("door", from: "198.18.1.4")
            try await site.waitFor("a knock in the middle") { site.openings.last == "door 198.18.1.4" }
            #expect(site.openings == ["door 198.18.1.9", "door 198.18.1.4"])
            try await site.waitForLog("signed port, the last minute: ", within: 60 + Site.patience)
            let line = try #require(daemon.output.lines(containing: "signed port, the last minute: ").first)
            let counts = line.matches(of: #/\d+/#).compactMap { Int($0.0) }
            try #require(counts.count == 3, "\(line)")
            #expect(counts[0] == 2500, "\(line)")
            #expect(counts[1] + counts[2] == 2500, "\(line)")
            #expect(daemon.output.lines(containing: "198.18.1.3").isEmpty)
            #expect(!daemon.output.containsAny(of: LogWords.linesLeftOut))
            #expect(daemon.errors == "")
        }

        @Sendable private static func aListenerThatIsStoppedIsReplaced() async throws {
            let site = try Site()
            defer { site.close() }
            let daemon = try await site.start(DoorText.recording("door", "7000,8000"))
            let listener = try #require(daemon.listener)
            listener.signal(SIGSTOP)
            try await site.waitFor("another one") {
                daemon.listener != nil && daemon.listener != listener
            }
            try await site.waitFor("a knock to be heard") {
                try site.knock(7000, 8000)
                return !site.events.isEmpty
            }
        }

        @Sendable private static func aVerifierThatDoesNotAnswerIsReplaced() async throws {
            let site = try Site()
            defer { site.close() }
            try site.makeKeys("laptop")
            let daemon = try await site.start(configuration)
            let first = try #require(daemon.verifier)
            first.signal(SIGSTOP)
            let knock = try site.knockSigned("door")
            try await site.waitFor("another Verifier") { daemon.verifier.map { $0 != first } ?? false }
            #expect(!first.isAlive)
            #expect(daemon.output.contains("the verifier misbehaved (no answer for 10 s), restarting it"))
            // The knock has waited, and is still within its window.
            try await site.waitFor("the start") { site.events == ["start door 198.18.1.2"] }
            try site.send(knock, from: "198.18.1.3")
            try await site.waitForLog(
                "198.18.1.3: door: signed knock from laptop (generation 1) refused: it was sent before")
        }
    }
}
