// Shows that nobody believes a role in the wrong hands: a forged Verifier or Listener that tells the Doorkeeper what cannot
// be true is ended, counted, told of and replaced, and so is a Listener that the Verifier cannot believe. What is only too
// much of something is refused, and nobody is ended for it.
import Foundation
import Hints
import KeyMessages
import Keys
import Knocks
import Messages
import Packets
import SignedKnocks
import Testing

@testable import Confinement

extension EndToEnd {
    @Suite struct S65ForgedRoles {
        private static let nonsense = "a message that cannot be decoded"
        private static let untrue = "a message that cannot be true"

        private static func message(_ bytes: [UInt8]) -> [UInt8] {
            bytes + [UInt8](repeating: 0, count: RoleMessage.size - bytes.count)
        }

        private static let noHosts = ["0.0.0.0", "224.0.0.1", "255.255.255.255", "127.0.0.1", "::", "ff02::1", "::1"]

        // MARK: To the Doorkeeper

        @Test(arguments: ["listener", "verifier"])
        func whatNoMessageIsEndsItsSender(liar: String) async throws {
            let lies: [([UInt8], String)] = [
                ([UInt8](repeating: 0, count: 255), "a message of 255 bytes"),
                ([UInt8](repeating: 0, count: 4000), "a message of 257 bytes"), ([1], "a message of 1 bytes"),
                (Self.message([99]), Self.nonsense), (Self.message([0]), Self.nonsense),
                (Self.message([liar == "listener" ? 11 : 6, 1]), Self.nonsense),
                // Another line in the log is not theirs to write.
                (Self.message([liar == "listener" ? 7 : 8, 3, 65, 10, 66]), Self.nonsense),
            ]
            await sideBySide(lies) { bytes, what in
                let forgery = try await Forgery(liar)
                defer { forgery.site.close() }
                try forgery.lie([bytes])
                try await forgery.expectEnd(of: liar, for: what)
                #expect(!forgery.site.log.contains("\nB"))
            }
        }

        @Test func aForgedVerifierIsNotBelieved() async throws {
            let unknown = GenerationID(high: 7, low: 7)
            let lies: [@Sendable (Forgery) throws -> [VerifierReport]] =
                [
                    { [try $0.claim(generation: unknown)] }, { [try $0.claim(door: "door")] },
                    { [try $0.claim(door: "nowhere")] }, { [try $0.claim(openFor: 90_001)] },
                    { [try $0.claim(openFor: .max)] }, { _ in [VerifierReport](repeating: .pong, count: 20) },
                    { _ in [.refused(.replayed, generation: unknown, door: "signed", source: Forgery.source)] },
                    { _ in [.diagnosed(generation: unknown, source: Forgery.source, skew: 1)] },
                    { _ in
                        let fences = Jail.Fences(listsCalls: true, landlock: 1, locksMemory: true)
                        return [.jail(.entered(fences)), .jail(.entered(fences))]
                    },
                ]
                + Self.noHosts.map { text in
                    { forgery in
                        let address = try #require(IPAddress(text))
                        return [try forgery.claim(address: address, source: address)]
                    }
                }
            await sideBySide(lies) { lie in
                let forgery = try await Forgery("verifier")
                defer { forgery.site.close() }
                try forgery.lie(lie(forgery).map(\.message))
                try await forgery.expectEnd(of: "verifier", for: Self.untrue)
                #expect(forgery.site.events.count == 2, "nothing was opened but what was knocked for")
            }
        }

        @Test func aForgedListenerIsNotBelieved() async throws {
            let lies: [[ListenerReport]] =
                [
                    [.outcome(.completed(door: 1, source: Forgery.source), doorList: Forgery.doorList)],
                    [.outcome(.completed(door: 65_535, source: Forgery.source), doorList: Forgery.doorList)],
                    [.outcome(.completed(door: 0, source: Forgery.source), doorList: 99)],
                    [.outcome(.stage(2, door: 0, source: Forgery.source), doorList: Forgery.doorList)],
                    [.outcome(.stage(0, door: 0, source: Forgery.source), doorList: Forgery.doorList)],
                    [.outcome(.timedOut(stage: 200, door: 0, source: Forgery.source), doorList: Forgery.doorList)],
                    [.ready(doorList: 99)], [.pong], [.captureFailed(interface: "eth9", reason: "gone")],
                    [
                        .jail(.entered(Jail.Fences(listsCalls: true, landlock: 1))),
                        .jail(.entered(Jail.Fences(listsCalls: true, landlock: 1))),
                    ],
                ]
                + (try Self.noHosts.map { text in
                    [.outcome(.completed(door: 0, source: try #require(IPAddress(text))), doorList: Forgery.doorList)]
                })
            await sideBySide(lies) { lie in
                let forgery = try await Forgery("listener")
                defer { forgery.site.close() }
                try forgery.lie(lie.map(\.message))
                try await forgery.expectEnd(of: "listener", for: Self.untrue)
                #expect(forgery.site.events.count == 2, "nothing was opened but what was knocked for")
            }
        }

        @Test func aVerifierThatTakesNoAnswersIsEnded() async throws {
            let forgery = try await Forgery("verifier")
            defer { forgery.site.close() }
            let source = try #require(IPAddress("198.18.1.3"))
            try forgery.lie((0..<2500).map { try forgery.claim($0, address: source, source: source).message })
            try await forgery.expectEnd(of: "verifier", for: "too many orders at once")
            #expect(forgery.site.openings.filter { $0 == "signed 198.18.1.3" }.count <= 64, "its key has a rate")
        }

        // MARK: Too much of something

        @Test func tooManyClaimsOfAKeyAreRefusedAndNobodyIsEndedForIt() async throws {
            let forgery = try await Forgery("verifier")
            defer { forgery.site.close() }
            let claims = try (0..<60).map { number in
                let address = IPAddress(ipv4: 0xC613_0000 + UInt32(number))
                return try forgery.claim(number, address: address, source: address).message
            }
            try forgery.lie(claims)
            let site = forgery.site
            try await site.waitFor("the refusals") { site.refusals("too many knocks from this key") >= 10 }
            try await site.waitFor("the others") { site.openings.count >= 32 }
            #expect(site.openings.count <= 50, "\(site.openings.count)")
            #expect(!site.log.contains(LogWords.misbehaved))
        }

        @Test func tooManyKnocksAtADoorAreRefusedAndNobodyIsEndedForIt() async throws {
            let forgery = try await Forgery("listener")
            defer { forgery.site.close() }
            try forgery.lie(
                (0..<1000).map { number in
                    let source = IPAddress(ipv4: 0xC613_0000 + UInt32(number))
                    return ListenerReport.outcome(.completed(door: 0, source: source), doorList: Forgery.doorList)
                        .message
                })
            let site = forgery.site
            var started = 0
            // What is refused is more than the log takes.
            try await site.waitForLog(" about knocks dropped")
            try await site.waitFor("the commands to end", polling: .milliseconds(300)) {
                defer { started = site.events.count }
                return started >= 256 && started == site.events.count
            }
            let times = site.timedEvents.map(\.seconds)
            let most = 256 + 64 * ((times.max() ?? 0) - (times.min() ?? 0) + 0.5)
            #expect(Double(started) <= most && started < 1000, "\(started), where \(most) may be")
            #expect(!site.log.contains(LogWords.misbehaved))
        }

        // MARK: To the Verifier

        @Test func theVerifierDoesNotBelieveAForgedListener() async throws {
            let size = CandidateBatch.messageSize
            func batch(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: size - bytes.count) }
            let lies = [
                batch([9]), batch([0]), batch([1, 255]), batch([1, 1, 4]), batch([1, 0, 7]), [1, 0],
                [UInt8](repeating: 1, count: size + 1),
            ]
            await sideBySide(lies) { bytes in
                let forgery = try await Forgery("listener")
                defer { forgery.site.close() }
                let verifier = forgery.daemon.verifier
                try forgery.lie([bytes], to: .otherRole)
                try await forgery.expectEnd(of: "listener", for: "a batch that cannot be decoded")
                #expect(forgery.daemon.verifier == verifier, "it stays")
            }
        }

        @Test func whatAForgedListenerCallsLiveOpensNothing() async throws {
            let forgery = try await Forgery("listener")
            defer { forgery.site.close() }
            let verifier = forgery.daemon.verifier
            var generator = SystemRandomNumberGenerator()
            try forgery.lie(
                try (0..<200).map { _ in
                    var batch = CandidateBatch()
                    while !batch.isFull {
                        let bytes = (0..<SignedKnockLayout.byteCount).map { _ in
                            UInt8.random(in: 0...255, using: &generator)
                        }
                        let knock = UnverifiedKnock(source: Forgery.source, isOnLoopback: false, bytes: bytes)
                        batch.append(.init(knock: try #require(knock), isLive: true))
                    }
                    return batch.message
                }, to: .otherRole)
            // Nothing tells that it lies: it is replaced because it ends.
            try await forgery.site.waitFor("the lies to be told") { forgery.hasLied }
            try #require(forgery.role).signal(9)
            try await forgery.expectWork()
            #expect(forgery.daemon.verifier == verifier, "it stays")
            #expect(forgery.site.events.count == 2)
        }
    }
}
